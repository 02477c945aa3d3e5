import Logging
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The thin part: lock, tell the machine, unlock, do what it says.
extension Supervisor {
  /// Tells the machine one event, publishes what it has to tell, and performs its effects.
  ///
  /// - Parameter atOnce: Whether a child that is started now may run its first steps on the caller's thread.
  @discardableResult
  func withMachine<Result, Failure: Error>(
    atOnce: Bool = false, _ event: (inout SupervisorMachine, Instant) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withState(atOnce: atOnce) { state, now throws(Failure) in try event(&state.machine, now) }
  }

  @discardableResult
  func withState<Result, Failure: Error>(
    atOnce: Bool = false, _ event: (inout DriverState, Instant) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let now = timeline.now
    var todo = Todo()
    // A call that throws has had no effect, so there is nothing left to do.
    let result = try state.withLock { state throws(Failure) in
      state.machine.tellsRoutine = tellsRoutine
      let result = try event(&state, now)
      todo.collect(from: &state, for: self)
      return result
    }
    perform(todo, atOnce: atOnce)
    return result
  }

  /// What is left to do outside the lock.
  struct Todo {
    var effects: [Effect] = []
    var cancelled: [Task<Void, Never>] = []
    var listeners: [StopListener] = []
    var notices: [Notice] = []
    var events: [SupervisionEvent] = []
    var wakeUps: [@Sendable () -> Void] = []
    var wakeAt: Instant?
    var superseded: TimerToken?
    var inherited: Inherited?

    /// Events are numbered and handed out under the lock, so that every subscriber sees them in order.
    mutating func collect(from state: inout DriverState, for supervisor: Supervisor) {
      (effects, notices) = state.machine.drain()
      for effect in effects { resolve(effect, in: &state) }
      if !notices.isEmpty { tell(state, supervisor) }
      if !effects.isEmpty { inherited = state.inherited }
      let next = state.machine.nextDeadline
      guard next < state.timer?.at ?? .distantFuture else { return }
      superseded = state.timer?.token
      state.timer = (next, nil)
      wakeAt = next
    }

    /// An event that nobody would see is not made: most supervisors are watched by their metrics alone.
    private mutating func tell(_ state: DriverState, _ supervisor: Supervisor) {
      inherited = state.inherited
      let isObserved = supervisor.hub.isObserved
      for notice in notices where isObserved || state.inherited.logger.logLevel <= notice.kind.logLevel {
        let event = supervisor.event(notice, path: state.path)
        events.append(event)
        if isObserved { wakeUps += supervisor.hub.publish(event) }
      }
    }

    /// Finds under the lock whom a stop concerns: by the time it is performed that generation may be abandoned already.
    private mutating func resolve(_ effect: Effect, in state: inout DriverState) {
      switch effect {
      case .spawn(let reference, _): state[reference.slot] = DriverState.Live()
      case .askToStop(let reference), .cancel(let reference):
        listeners += state[reference.slot].listeners.all
        state[reference.slot].listeners = .none
        if case .cancel = effect, let task = state[reference.slot].task { cancelled.append(task) }
      case .reply, .started, .finished, .exitProcess: break
      }
    }
  }

  private func perform(_ todo: Todo, atOnce: Bool) {
    for case .askToStop(let reference) in todo.effects { withdraw(reference) }
    for case .cancel(let reference) in todo.effects { withdraw(reference) }
    for task in todo.cancelled { task.cancel() }
    for listener in todo.listeners { listener.call() }
    if let token = todo.superseded { timeline.cancel(token) }
    if let instant = todo.wakeAt { arm(at: instant) }
    for wakeUp in todo.wakeUps { wakeUp() }
    for notice in todo.notices { metrics.count(notice.kind) }
    if let logger = todo.inherited?.logger { for event in todo.events { record(event, logger) } }
    for effect in todo.effects { perform(effect, todo.inherited, atOnce: atOnce) }
  }

  private func perform(_ effect: Effect, _ inherited: Inherited?, atOnce: Bool) {
    switch effect {
    case .spawn(let reference, let child): spawn(reference, child, inherited, atOnce: atOnce)
    case .askToStop, .cancel: break
    case .reply(let token, let reply): state.withLock { $0.replies.take(token) }?.resume(returning: reply)
    case .started: state.withLock { $0.parent }?.ready()
    case .finished(let error): finish(error)
    case .exitProcess(let status): exit(status)
    }
  }

  /// One timer stands for all deadlines of all children. It may fire, or be superseded, before its token is known.
  private func arm(at instant: Instant) {
    let token = timeline.schedule(at: instant) { [weak self] in self?.timerFired(at: instant) }
    let isWanted = state.withLock { state in
      guard let timer = state.timer, timer.at == instant, timer.token == nil else { return false }
      state.timer = (instant, token)
      return true
    }
    if !isWanted { timeline.cancel(token) }
  }

  private func timerFired(at instant: Instant) {
    withState { state, now in
      if state.timer?.at == instant { state.timer = nil }
      state.machine.timePassed(at: now)
    }
  }

  /// Runs a generation in an unstructured task: a task group could neither stop in order nor leave a stuck child (L4).
  private func spawn(_ reference: ChildReference, _ child: Child, _ inherited: Inherited?, atOnce: Bool) {
    metrics.started()
    let readyOnEntry = if case .onEntry = child.box.options.readiness { true } else { false }
    let body = surround(child, inherited)
    // Its frames are all that a parked child costs, so nothing stands between the task and the body.
    let operation: @isolated(any) @Sendable () async -> Void = { [self] in
      childEntered(reference)
      if readyOnEntry { childBecameReady(reference) }
      do {
        try await body(ChildContext(supervisor: self, reference: reference))
        childEnded(reference, .normal)
      } catch {
        childEnded(reference, .failed(error))
      }
    }
    let task: Task<Void, Never> = atOnce ? .atOnce(operation) : .detached(operation: operation)
    let cancelNow = state.withLock { state in
      guard let slot = state.machine.children.current(reference) else { return true }
      guard state.machine.children[slot].phase.isActive else { return false }
      state[slot].task = task
      return state.machine.children[slot].flags.contains(.cancelled)
    }
    if cancelNow { task.cancel() }
  }

  /// A task-local would tell a child who it is, too, but every child would pay for it with memory.
  @inline(never)
  private func childEntered(_ reference: ChildReference) {
    let identity = currentTaskIdentity()
    state.withLock { state in
      if let slot = state.machine.children.current(reference) { state[slot].identity = identity }
    }
  }

  // Inlined into the child's task, its temporaries would lie in that task's frame for as long as the child lives.
  @inline(never)
  private func childEnded(_ reference: ChildReference, _ exit: Exit) {
    withdraw(reference)
    let left = withState { state, now in
      let slot = state.machine.children.current(reference)
      let left = slot.map { state[$0].listeners.all } ?? []
      if let slot { state[slot] = DriverState.Live() }
      state.nested[reference] = nil
      state.machine.childEnded(reference, exit, at: now)
      return left
    }
    // A task that outlived its child must not wait for ever; a function is called on a stop only.
    for case .task(let continuation) in left.map(\.target) { unsafe continuation.resume() }
  }
}

// MARK: - A run

extension Supervisor {
  /// One step under one lock: a stop comes either before it, and prevents it, or after it.
  func begin(_ continuation: CheckedContinuation<SupervisorError?, Never>) {
    let stopped = withState { state, now in
      if case .entered(stopped: true) = state.run { return true }
      state.run = .running(continuation)
      state.machine.begin(at: now)
      return false
    }
    if stopped { continuation.resume(returning: nil) }
  }

  private func finish(_ error: SupervisorError?) {
    let continuation: CheckedContinuation<SupervisorError?, Never>? = state.withLock { state in
      guard case .running(let continuation) = state.run else { return nil }
      state.run = .outside
      return continuation
    }
    continuation?.resume(returning: error.map(located))
  }

  /// Joins the tree that this run happens in, if it does, and numbers the run.
  func attach(to context: ChildContext?) -> UInt64 {
    let context = context?.supervisor === self ? nil : context
    let path = context.map { $0.path } ?? name
    let run = state.withLock { state in
      state.runs += 1
      state.run = .entered(stopped: false)
      state.parent = context
      state.path = path
      state.inherited = Inherited()
      return state.runs
    }
    hub.attach(to: context?.supervisor.hub)
    if let context { context.supervisor.adopt(self, as: context.reference) }
    return run
  }

  func detach() {
    state.withLock { state in
      state.run = .outside
      state.parent = nil
    }
    hub.attach(to: nil)
  }

  private func adopt(_ supervisor: Supervisor, as reference: ChildReference) {
    state.withLock { state in
      if state.machine.children.current(reference) != nil { state.nested[reference] = supervisor }
    }
  }

  /// An error that knows where it happened.
  func located(_ error: SupervisorError) -> SupervisorError {
    var error = error
    if error.supervisor.isEmpty { error.supervisor = path }
    return error
  }

  /// The names from the root down to this supervisor, such as `app/feeds`.
  public var path: String { state.withLock { $0.path } }
}
