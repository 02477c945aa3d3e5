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
/// latest counts. What a misfire policy leaves out does not fire, and is not late.
public struct ScheduleAlarms: Service {
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
    events = scheduler.broadcast.subscribe(capacity: 1024)
    self.alarms = alarms
    self.limit = limit
  }

  /// Watches until it is asked to stop.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      for await case .item(.fired(let name, let lateness)) in events {
        alarms.noteSchedule(name, lateBy: lateness, limit: limit(name))
      }
    }
  }
}
