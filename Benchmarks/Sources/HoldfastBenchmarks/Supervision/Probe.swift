import Foundation
import Holdfast
import Synchronization

/// Measurements that need a process of their own: this executable runs itself with `probe NAME COUNT`.
enum Probe {
  static func side(_ name: String, _ kind: String, _ count: Int) -> Comparison.Side {
    Comparison.Side(name: name) { try process(kind, count).figures("go") }
  }

  static func process(_ kind: String, _ count: Int) throws -> LineProcess {
    try LineProcess([CommandLine.arguments[0], "probe", kind, String(count)])
  }

  /// Answers the one line with the figures, then stays until the input ends.
  static func run(_ kind: String, _ count: Int) async throws {
    _ = readLine()
    let figures =
      switch kind {
      case "children": try await children(count)
      case "tasks": await tasks(count)
      case "waiting": try await waiting(count)
      case "jobs": try await JobProbe.endure(count)
      case "idle-jobs": try await JobProbe.idle(count)
      case "stored-deliveries": try await StoredDeliveries.open()
      case "alarm-timers": try AlarmBed.pendingTimers(count)
      default: throw UnknownProbe(name: kind)
      }
    let line = figures.map { String($0) }.joined(separator: " ") + "\n"
    try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
    // A blocked thread of the pool would make libdispatch look after its pool every second.
    Thread.detachNewThread {
      _ = readLine()
      exit(0)
    }
    while !Task.isCancelled { try await Task.sleep(for: .seconds(1_000_000)) }
  }

  struct UnknownProbe: Error { let name: String }

  private static func children(_ count: Int) async throws -> [Double] {
    let bed = await Bed()
    let before = ProcessFacts.own.resident
    try await bed.fill(count)
    return [(ProcessFacts.own.resident - before) / Double(count)]
  }

  /// The physical limit: tasks that are suspended, and nothing else.
  private static func tasks(_ count: Int) async -> [Double] {
    let before = ProcessFacts.own.resident
    let arrivals = Arrivals()
    await arrivals.wait(for: count) {
      for _ in 0..<count {
        Task.detached { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in arrivals.arrive() } }
      }
    }
    return [(ProcessFacts.own.resident - before) / Double(count)]
  }

  /// Children that wait an hour for their restart: bytes each, live timers, threads.
  private static func waiting(_ count: Int) async throws -> [Double] {
    let timeline = CountingTimeline()
    let bed = await Bed(timeline: timeline)
    let children = (0..<count).map { _ in CrashingChild {} }
    let before = ProcessFacts.own.resident
    for (number, child) in children.enumerated() {
      try await bed.supervisor.startChild(
        child.child("child-\(number)", backoff: .constant(.seconds(3600)).delayingFirst()))
    }
    while bed.supervisor.counts.states[.waiting] != count {
      for child in children { child.crash() }
      await Task.yield()
    }
    return [
      (ProcessFacts.own.resident - before) / Double(count), Double(timeline.live),
      Double(ProcessFacts.own.threads.count),
    ]
  }
}

/// Real time that counts the timers which are set and neither fired nor cancelled.
final class CountingTimeline: Timeline {
  private let count = Atomic(0)

  var now: Instant { SystemTimeline.shared.now }
  var wall: Date { SystemTimeline.shared.wall }
  var live: Int { count.load(ordering: .relaxed) }

  func schedule(at instant: Instant, _ action: @escaping @Sendable () -> Void) -> TimerToken {
    count.add(1, ordering: .relaxed)
    return SystemTimeline.shared.schedule(at: instant) { [self] in
      count.subtract(1, ordering: .relaxed)
      action()
    }
  }

  func cancel(_ token: TimerToken) {
    count.subtract(1, ordering: .relaxed)
    SystemTimeline.shared.cancel(token)
  }

  func watchWall(_ hear: @escaping @Sendable () -> Void) -> Watch { SystemTimeline.shared.watchWall(hear) }
}
