import Synchronization

/// What a child's context asks of its supervisor.
extension Supervisor {
  func withRecord<Result: Sendable>(_ reference: ChildReference, _ read: (ChildRecord) -> Result) -> Result? {
    state.withLock { state in state.machine.children.current(reference).map { read(state.machine.children[$0]) } }
  }

  /// Whether the caller is this child: its task, or one that it told who it is.
  func isCalled(by id: String) -> Bool {
    if let context = ChildContext.current, context.supervisor === self { return context.id == id }
    let caller = currentTaskIdentity()
    return state.withLock { state in
      guard caller != 0, let slot = state.machine.children.slot(of: id) else { return false }
      return state.machine.children[slot].phase.isActive && state[slot].identity == caller
    }
  }

  /// How long its parent still waits for it, once its task was cancelled by that parent; nil before, and without one.
  var lastPatience: Duration? {
    guard let parent = state.withLock({ $0.parent }) else { return nil }
    let now = timeline.now
    return parent.supervisor.state.withLock { state in
      guard let slot = state.machine.children.current(parent.reference) else { return nil }
      guard state.machine.children[slot].flags.contains(.cancelled) else { return nil }
      return now.duration(to: state.machine.abandonment(of: slot))
    }
  }

  @inline(never)
  func childBecameReady(_ reference: ChildReference) {
    withMachine { $0.childBecameReady(reference, at: $1) }
  }

  func childBeat(_ reference: ChildReference) {
    let now = timeline.now
    state.withLock { $0.machine.childBeat(reference, at: now) }
  }

  func isStopping(_ reference: ChildReference) -> Bool {
    withRecord(reference) { $0.phase == .stopping } ?? true
  }

  func onStop(_ reference: ChildReference, _ action: @escaping @Sendable () -> Void) {
    let isListening = state.withLock { $0.listen(reference, .action(action)) != nil }
    if !isListening { action() }
  }

  func newListener() -> UInt64 {
    state.withLock { state in
      state.lastListener += 1
      return state.lastListener
    }
  }

  func listen(_ reference: ChildReference, _ continuation: UnsafeContinuation<Void, Never>, _ number: UInt64) {
    let isListening =
      !Task.isCancelled && state.withLock { unsafe $0.listen(reference, .task(continuation), number) != nil }
    if !isListening { return unsafe continuation.resume() }
    if Task.isCancelled { dropListener(reference, number) }
  }

  /// Publishes something for as long as a generation neither ended nor was asked to; nil when it is too late.
  ///
  /// `publish` runs under the lock, so that nothing is published after its generation's end was noticed.
  func publish<Result: Sendable>(
    _ reference: ChildReference, to place: ObjectIdentifier, withdraw: @escaping @Sendable () -> Void,
    _ publish: () -> Result
  ) -> Result? {
    state.withLock { state in
      guard let slot = state.machine.children.current(reference) else { return nil }
      guard [.starting, .running].contains(state.machine.children[slot].phase) else { return nil }
      state.published[reference, default: [:]][place] = withdraw
      return publish()
    }
  }

  func withdraw(_ reference: ChildReference) {
    let withdrawals = state.withLock { state in
      state.published.isEmpty ? nil : state.published.removeValue(forKey: reference)
    }
    withdrawals?.values.forEach { $0() }
  }

  func dropListener(_ reference: ChildReference, _ number: UInt64) {
    let listener = state.withLock { state in
      state.machine.children.current(reference).flatMap { state[$0].listeners.remove(number) }
    }
    listener?.call()
  }
}

extension DriverState {
  /// Notes who wants to hear about a stop; nil when the stop was asked for already.
  mutating func listen(_ reference: ChildReference, _ target: StopListener.Target, _ number: UInt64? = nil) -> UInt64? {
    guard machine.listen(reference) else { return nil }
    if number == nil { lastListener += 1 }
    let number = number ?? lastListener
    self[reference.slot].listeners.add(StopListener(number: number, target: target))
    return number
  }
}
