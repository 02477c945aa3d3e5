import Logging
import Synchronization

/// One run of a runner: the machine behind a lock, and the hands that do what it says.
///
/// Lock, tell the machine, unlock, perform: nothing is called, resumed or spawned under the lock.
final class RunnerNode: JobNode {
  struct State {
    var machine: RunnerMachine
    var generator = SystemRandomNumberGenerator()
    /// The instant of the one timer that counts, and its token once that is known.
    var armed = Instant.distantFuture
    var token: TimerToken?
    var isOver = false
    var waiter: CheckedContinuation<Void, Never>?
    var attaching: Task<StoreError?, Never>?
    var closed: StoreError?
    var unreadable: [UnreadablePayloads] = []
  }

  let setup: RunnerSetup
  let identity: NodeIdentity
  let logger: Logger
  let clock: any Timeline
  let tracing: JobTracing?
  let state: Mutex<State>
  /// The last of what is being done elsewhere, under a lock of its own: each waits for the one before.
  let elsewhere = Mutex<Task<Void, Never>?>(nil)

  init(_ setup: RunnerSetup, queues: [QueueConfiguration]) {
    self.setup = setup
    identity = setup.identity()
    var logger = Logger.current
    logger[metadataKey: "runner"] = "\(setup.options.name)"
    self.logger = logger
    clock = setup.store.clock
    tracing = JobTracing()
    state = Mutex(State(machine: RunnerMachine(setup.plan, queues: queues)))
  }

  var moment: Moment { Moment(now: clock.now, wall: clock.wallTime) }

  /// Tells the machine of an event, and does what follows.
  func change(_ event: (inout RunnerMachine, Moment) -> RunnerEffects) {
    let moment = moment
    let (effects, timer) = state.withLock { state in
      let effects = event(&state.machine, moment)
      return (effects, arm(state.machine.nextTimer(at: moment), &state))
    }
    perform(effects)
    if let timer { schedule(timer) }
  }

  /// The end of a run: the hot path, which needs no wall clock.
  func ended(_ key: RunKey, _ verdict: JobVerdict) {
    let now = clock.now
    let (effects, timer) = state.withLock { state in
      let effects = state.machine.ended(key, verdict, at: now)
      return (effects, arm(state.machine.deadlines.next, &state))
    }
    perform(effects)
    if let timer { schedule(timer) }
  }

  // MARK: What the store calls

  func exchange() -> JobExchange? {
    let moment = moment
    return state.withLock { $0.machine.exchange(at: moment) }
  }

  func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>) {
    switch result {
    case .success(let reply): succeeded(reply)
    case .failure(let error): failed(error)
    }
  }

  private func succeeded(_ reply: JobExchangeReply) {
    let timeouts = reply.claims.isEmpty ? [] : state.withLock { $0.machine.pools.map(\.timeout) }
    let claims = reply.claims.map { claim in
      let handler = setup.handlers[claim.box.job.kind]
      let limits = setup.limits(of: claim.box.job, handler, in: timeouts[claim.pool])
      return Reservation(claim, handler: handler, limits: limits)
    }
    change { machine, moment in machine.succeeded(reply, claims: claims, at: moment) }
    for job in reply.cancelled { tellCancelled(job) }
  }

  private func failed(_ error: StoreError) {
    logger.warning("the store did not take an exchange; it will be tried again", metadata: ["error": "\(error)"])
    let moment = moment
    let (effects, timer) = state.withLock { state in
      var effects = state.machine.failed(error, at: moment.now, using: &state.generator)
      if error.code == .closed {
        state.closed = error
        effects.add(state.machine.giveUp(at: moment.now))
      }
      return (effects, arm(state.machine.nextTimer(at: moment), &state))
    }
    perform(effects)
    if let timer { schedule(timer) }
  }

  // MARK: What others call

  func reconfigure(_ queues: [QueueConfiguration]) {
    change { machine, moment in machine.reconfigure(queues, at: moment.now) }
  }

  func heard(_ key: RunKey, _ progress: JobProgress?) {
    change { machine, moment in
      machine.heard(key, progress, at: moment.now)
      return RunnerEffects()
    }
  }

  var snapshot: JobRunnerSnapshot {
    let now = clock.now
    return state.withLock { state in
      var snapshot = state.machine.snapshot(identity, at: now)
      snapshot.unreadable = state.unreadable
      return snapshot
    }
  }
}
