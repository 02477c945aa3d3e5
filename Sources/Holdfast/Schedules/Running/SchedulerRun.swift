import Logging
import Synchronization

/// One run of a scheduler: a loop that loads, fires and rests, around the machine.
///
/// Lock, ask or tell the machine, unlock, do what it says. Only the loop changes the machine, so that one thing happens at
/// a time; everybody else rings the bell.
final class SchedulerRun: Sendable {
  struct State {
    var machine = ScheduleMachine()
    var generator = SystemRandomNumberGenerator()
    var isStopping = false
    var isLoaded = false
    /// Something was stored since the last load began.
    var mustLoad = true
    /// When the zone data shall be read anew, and everything with it.
    var refresh = Instant(nanoseconds: .min)
    /// Loading takes a small part of the time only, however often something is stored.
    var loadAgain = Instant(nanoseconds: .min)
  }

  /// How long it rests at most, so that a wall clock that moves alone cannot make it late by more.
  static let longestRest = Duration.seconds(3600)
  /// How often the zone data is read anew.
  static let zonePeriod = Duration.seconds(24 * 3600)

  let scheduler: Scheduler
  let clock: any Timeline
  let bell = Bell()
  let logger: Logger
  let state = Mutex(State())

  init(_ scheduler: Scheduler) {
    self.scheduler = scheduler
    clock = scheduler.store.clock
    var logger = Logger.current
    logger[metadataKey: "scheduler"] = "\(scheduler.options.name)"
    self.logger = logger
  }

  func stop() {
    state.withLock { $0.isStopping = true }
    bell.ring()
  }

  /// Something was stored.
  private func hear() {
    state.withLock { $0.mustLoad = true }
    bell.ring()
  }

  /// Works until it is stopped.
  func live() async throws(StoreError) {
    let watch = scheduler.store.watch(SchedulePlan.collection) { [weak self] in self?.hear() }
    let wallWatch = clock.watchWall { [bell] in bell.ring() }
    defer {
      watch.cancel()
      wallWatch.cancel()
    }
    while let step = nextStep() {
      switch step {
      case .load(let isFresh): try await load(isFresh)
      case .write(let firings): try await write(firings)
      case .rest(let instant): await bell.wait(until: instant, on: clock)
      }
    }
  }

  private enum Step {
    case load(isFresh: Bool)
    case write([ScheduleMachine.Firing])
    case rest(until: Instant)
  }

  /// What to do now; nil to end.
  private func nextStep() -> Step? {
    let (now, wall) = (clock.now, clock.wallTime)
    return state.withLock { state in
      if state.isStopping { return nil }
      if let retry = state.machine.retry, retry > now { return .rest(until: retry) }
      if state.refresh <= now { return .load(isFresh: true) }
      if state.mustLoad, state.loadAgain <= now { return .load(isFresh: false) }
      let firings = state.machine.due(at: wall)
      return firings.isEmpty ? .rest(until: state.restEnd(now, wall)) : .write(firings)
    }
  }

  var active: Set<String>? {
    state.withLock { $0.isLoaded ? $0.machine.active : nil }
  }

  var snapshot: SchedulerSnapshot {
    state.withLock { state in
      let machine = state.machine
      var snapshot = SchedulerSnapshot(name: scheduler.options.name, mode: state.isLoaded ? .working : .loading)
      if let trouble = machine.trouble { (snapshot.mode, snapshot.trouble) = (.waiting, trouble.description) }
      snapshot.schedules = machine.entries.count + machine.broken.count
      snapshot.paused = machine.entries.values.count { $0.state.pause != nil }
      snapshot.broken = machine.broken.mapValues(\.reason)
      snapshot.next = machine.next.map { .init(schedule: $0.name, due: $0.time) }
      snapshot.totals = machine.totals
      return snapshot
    }
  }
}

extension SchedulerRun.State {
  /// When the next thing is to be done.
  fileprivate mutating func restEnd(_ now: Instant, _ wall: WallTime) -> Instant {
    var end = min(now.advanced(by: SchedulerRun.longestRest), refresh)
    if mustLoad { end = min(end, loadAgain) }
    if let wake = machine.wake { end = min(end, now.advanced(by: max(.zero, wall.duration(to: wake)))) }
    return end
  }
}
