public import ServiceLifecycle

/// Sets `schedule.late(<name>)` while a schedule fires later than it should (AL47).
///
/// ```swift
/// let scheduler = Scheduler(store)
/// let watch = ScheduleAlarms(of: scheduler, alarms)
/// let app = Supervisor("app", children: [Child("late") { watch }, Child("schedules") { scheduler }, …])
/// ```
///
/// Whatever the cause: nobody ran when it was due, the store could not be reached, or the machine slept. Late is counted
/// from when an occurrence was due, jitter included, until its job is stored; of several that are caught up together the
/// latest counts. What a misfire policy leaves out does not fire, and is not late. One that is deleted or paused while it
/// is late is late no more, also when that happened while nobody watched.
public struct ScheduleAlarms: Service {
  private let scheduler: Scheduler
  private let events: Feed<SchedulerEvent>
  private let alarms: Alarms
  private let limit: @Sendable (_ schedule: String) -> Duration

  /// A watch over what a scheduler does from now on. One run; make another for the next.
  ///
  /// - Parameters:
  ///   - scheduler: The scheduler; make this before it runs, so that it hears of what is caught up first.
  ///   - alarms: Where it is told.
  ///   - limit: From when on a schedule is late, > 0; it is on time again within half of that. Default 5 s.
  public init(
    of scheduler: Scheduler, _ alarms: Alarms,
    limit: @escaping @Sendable (_ schedule: String) -> Duration = { _ in .seconds(5) }
  ) {
    self.scheduler = scheduler
    events = scheduler.broadcast.subscribe(capacity: 1024)
    self.alarms = alarms
    self.limit = limit
  }

  /// Watches until it is asked to stop.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      // Those that are late; nil until the alarms of earlier runs are known.
      var late: Set<AlarmID>?
      for await case .item(let event) in events {
        switch event {
        case .fired(let name, let lateness):
          alarms.noteSchedule(name, lateBy: lateness, limit: limit(name))
          late?.insert(.lateSchedule(name))
        case .loaded:
          if late == nil, (try? await alarms.node(for: AlarmID.lateSchedule)) != nil { late = set }
          late = late.map(clearIdle)
        case .recorded, .broken, .storeFailed, .storeRecovered: break
        }
      }
    }
  }

  private var set: Set<AlarmID> {
    Set(alarms.list(atLeast: .debug).map(\.status.id).filter { $0.type == AlarmID.lateSchedule })
  }

  /// Clears the alarms of schedules that do not fire any more, until somebody changes that.
  ///
  /// - Returns: The others.
  private func clearIdle(_ late: Set<AlarmID>) -> Set<AlarmID> {
    guard !late.isEmpty, let names = scheduler.active else { return late }
    let active = Set(names.map(AlarmID.lateSchedule))
    for id in late.subtracting(active) { alarms.report(.clear(id)) }
    return late.intersection(active)
  }
}

extension AlarmID {
  static let lateSchedule = "schedule.late"

  static func lateSchedule(_ name: String) -> AlarmID { .about(lateSchedule, name) }
}
