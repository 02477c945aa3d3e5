import Holdfast
import ServiceLifecycle

/// The schedules of the file: kept in the store, fired by a child of the root.
extension JobService {
  /// The child that fires schedules. It waits for nobody, and stops as soon as the store has answered.
  func schedulerChild() -> Child {
    var child = Child(Configuration.schedulesChild, startMayFail: true) { [self] in
      let scheduler = Scheduler(schedulesStore)
      return WatchedScheduler(
        scheduler: scheduler, watch: ScheduleAlarms(of: scheduler, alarms.alarms, limit: lateness))
    }
    child.options.gate = .after([])
    return child
  }

  /// From when on a schedule is late, as the file has it now; 5 s for one that a program put.
  @Sendable private func lateness(of schedule: String) -> Duration {
    configuration.schedules.first { $0.name == schedule }?.late ?? .seconds(5)
  }

  /// What answers about schedules for somebody.
  func scheduleDesk(for actor: String) -> ScheduleDesk {
    ScheduleDesk(schedules: Schedules(schedulesStore, actor: actor))
  }

  /// Makes what is stored agree with the file, in one transaction; those that are new and paused in the file are paused.
  ///
  /// - Throws: A ``Failure``; nothing has changed then.
  func sync(_ configuration: Configuration) async throws(Failure) {
    let schedules = Schedules(schedulesStore, actor: "file")
    var wanted: [Schedule] = []
    for entry in configuration.schedules { wanted.append(try configuration.schedule(entry)) }
    do {
      let result = try await schedules.sync(wanted, source: Configuration.scheduleSource)
      for entry in configuration.schedules where entry.paused && result.created.contains(entry.name) {
        try await schedules.pause(entry.name, note: "as the file says")
      }
    } catch let error as ScheduleError {
      throw Failure(error)
    } catch let error as StoreError {
      throw Failure(error)
    } catch {
      throw Failure(.failed, "\(error)")
    }
  }
}

/// A scheduler with what says how late it is. What it says before the alarms are loaded is kept.
private struct WatchedScheduler: Service {
  let scheduler: Scheduler
  let watch: ScheduleAlarms

  func run() async throws {
    async let watching: Void = watch.run()
    try await scheduler.run()
    try await watching
  }
}
