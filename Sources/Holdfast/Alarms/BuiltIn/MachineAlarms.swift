import Logging
public import ServiceLifecycle

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Sets alarms about the machine: `disk.almostFull(<path>)` and `clock.skew` (AL47).
///
/// Nobody tells a process that a disk fills up, so this looks every 30 s; nothing else here does. A disk is almost full
/// from a share of its room on, and no longer so 2 % below that. The clock is skewed when the wall clock and the monotonic
/// one moved apart by more than a second since the last look, and no longer so when they did not.
public struct MachineAlarms: Service {
  private let alarms: Alarms
  private let paths: [String]
  private let full: Double
  private let interval: Duration
  private let usedShare: @Sendable (String) -> Double?

  /// A watch over disks and clocks.
  ///
  /// - Parameters:
  ///   - alarms: Where it is told.
  ///   - paths: Any path on each disk to watch. Default `/`.
  ///   - full: The share of used room, 0…1, from which on a disk is almost full. Default 0.8.
  ///   - interval: How often it looks, ≥ 1 s. Default 30 s.
  public init(
    _ alarms: Alarms, paths: [String] = ["/"], full: Double = 0.8, every interval: Duration = .seconds(30)
  ) {
    self.init(alarms, paths: paths, full: full, every: interval, usedShare: Self.usedShare)
  }

  init(
    _ alarms: Alarms, paths: [String], full: Double, every interval: Duration,
    usedShare: @escaping @Sendable (String) -> Double?
  ) {
    self.alarms = alarms
    self.paths = paths
    self.full = full
    self.interval = max(.seconds(1), interval)
    self.usedShare = usedShare
  }

  /// Watches until it is asked to stop.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      let clock = alarms.store.clock
      var skew = SkewWatch(AlarmTime(of: clock))
      while !Task.isCancelled {
        for path in paths { look(at: path) }
        guard (try? await clock.sleep(for: interval)) != nil else { return }
        tell(skew.see(AlarmTime(of: clock)))
      }
    }
  }

  private func look(at path: String) {
    let id = AlarmID.about("disk.almostFull", path)
    guard let used = usedShare(path) else { return }
    let isFull = used >= (alarms.state(of: id) == .set ? full - 0.02 : full)
    tell(isFull ? .set(id, "\(Int(used * 100)) % used") : .clear(id))
  }

  /// What has not changed is not told again.
  private func tell(_ report: AlarmReport) {
    let isSet = alarms.state(of: report.id) == .set
    switch report {
    case .set: if !isSet { alarms.report(report) }
    case .clear: if isSet { alarms.report(report) }
    }
  }

  private static func usedShare(_ path: String) -> Double? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    let (all, free) = (Double(status.f_blocks), Double(status.f_bavail))
    return all > 0 ? 1 - free / all : nil
  }
}

/// Whether the two clocks moved apart: pure.
struct SkewWatch {
  private static let most = Duration.seconds(1)
  private var last: AlarmTime

  init(_ time: AlarmTime) { last = time }

  mutating func see(_ time: AlarmTime) -> AlarmReport {
    let apart = last.wallTime.duration(to: time.wallTime) - last.instant.duration(to: time.instant)
    last = time
    let id = AlarmID(checked: "clock.skew")
    guard apart > Self.most || apart < .zero - Self.most else { return .clear(id) }
    return .set(id, "the wall clock was moved by \(apart.components.seconds) s")
  }
}

extension Alarms {
  /// Says how late a schedule fired: `schedule.late(<name>)` is set from a limit on, and clear within half of it.
  ///
  /// - Parameters:
  ///   - name: The schedule.
  ///   - lateness: How long after it was due.
  ///   - limit: > 0. Default 5 s.
  public func noteSchedule(_ name: String, lateBy lateness: Duration, limit: Duration = .seconds(5)) {
    let id = AlarmID.lateSchedule(name)
    if lateness >= limit {
      report(.set(id, "fired \(lateness.components.seconds) s late"))
    } else if lateness <= limit / 2, state(of: id) == .set {
      report(.clear(id))
    }
  }
}
