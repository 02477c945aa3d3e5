import Synchronization

/// The thin part: lock, tell the reconciler, unlock, do what it says.
extension TableSupervisor {
  typealias State = TableState<Key, Table.Value, Instance>

  @discardableResult
  func change<Result, Failure: Error>(
    _ event: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var actions: [Reconciler<Key, Table.Value>.Action] = []
    var settled: (@Sendable () -> Void)?
    let result = try state.withLock { state throws(Failure) in
      let result = try event(&state)
      actions = state.reconciler.drain()
      if state.reconciler.isSettled { settled = state.settled.take() }
      return result
    }
    for action in actions { perform(action) }
    settled?()
    return result
  }

  /// A call from outside: refused unless it runs.
  @discardableResult
  func call<Result>(_ event: (inout State) throws(TableError) -> Result) throws(TableError) -> Result {
    do {
      return try change { state throws(TableError) in
        guard state.isRunning else { throw TableError(.notRunning, nil, "the table supervisor is not running") }
        return try event(&state)
      }
    } catch { throw located(error) }
  }

  private func perform(_ action: Reconciler<Key, Table.Value>.Action) {
    switch action {
    case .start(let row, let generation, let isByCall):
      start(row, generation, like: isByCall ? templateOfCalls : template)
    case .cancelStart(let key, let generation):
      let start = state.withLock { $0.starts[key] }
      if let start, start.generation == generation { start.task.cancel() }
    case .stop(let key, let generation): stop(key, generation)
    case .ended(let key, let exit):
      state.withLock { $0.stopWaiters.removeValue(forKey: key) }?.resume(returning: .success(exit))
    }
  }

  private func start(_ row: Row, _ generation: UInt64, like template: Child) {
    let task = Task.detached { [self] in await startChild(row, generation, like: template) }
    let isCancelled = state.withLock { state in
      guard let entry = state.reconciler.entries[row.key], entry.generation == generation else { return false }
      guard case .starting = entry.activity else { return false }
      state.starts[row.key] = State.Start(generation: generation, task: task)
      return entry.isCancelled
    }
    if isCancelled { task.cancel() }
  }

  private func startChild(_ row: Row, _ generation: UInt64, like template: Child) async -> SupervisorError? {
    var failure: SupervisorError?
    do throws(SupervisorError) {
      if root.state(of: id(row.key)) == .parked { try await root.terminateChild(id(row.key)) }
      try await root.startChild(child(for: row, like: template))
    } catch {
      failure = error
      if !Task.isCancelled, error.code != .stopping { fail(row.key, error) }
    }
    change { state in
      if state.starts[row.key]?.generation == generation { state.starts[row.key] = nil }
      state.reconciler.startEnded(row.key, generation, isUp: isPresent(row.key))
    }
    return failure
  }

  private func child(for row: Row, like template: Child) -> Child {
    let handle = state.withLock { $0.handle(for: row.key, root.timeline) }
    return Child(id(row.key), like: template) { [body] context in try await body(row.value, context, handle) }
  }

  private func stop(_ key: Key, _ generation: UInt64) {
    Task.detached { [self] in
      // It may have ended by itself meanwhile.
      let exit = (try? await root.terminateChild(id(key))) ?? .shutdown
      change { $0.reconciler.stopEnded(key, generation, exit) }
    }
  }
}

// MARK: - Looking

extension TableSupervisor {
  func id(_ key: Key) -> String { String(describing: key) }

  /// Whether the supervisor knows a child of this key.
  func isPresent(_ key: Key) -> Bool { root.state(of: id(key)) != nil }

  /// Whether it knows one that does not wait for somebody to start it.
  func isUp(_ key: Key) -> Bool { root.state(of: id(key)).map { $0 != .parked } ?? false }

  /// Whether a key can name a child.
  func isUsable(_ key: Key) -> Bool { id(key) != Self.reconcilerID }

  /// Why there is no instance of a key.
  func absence(of key: Key, _ state: State) -> TableError {
    guard state.isRunning else { return TableError(.notRunning, key, "the table supervisor is not running") }
    switch state.reconciler.entries[key]?.activity {
    case .loading, .queuedStart, .starting: return TableError(.starting, key, "is starting; wait with handle(for:)")
    case .queuedStop, .stopping: return TableError(.notRunning, key, "is being stopped")
    case .idle, nil: break
    }
    guard let phase = root.state(of: id(key)) else { return TableError(.notFound, key, "no child of this key runs") }
    return TableError(.notRunning, key, "is \(phase.rawValue); wait with handle(for:)")
  }

  func located(_ error: TableError) -> TableError {
    var error = error
    error.table = root.path
    return error
  }
}

// MARK: - Telling

extension TableSupervisor {
  /// An event about a row, or about the table.
  func tell(_ words: String, _ key: Key? = nil) {
    root.withMachine { machine, now in
      machine.notices.append(Notice(id: key.map(id) ?? "", generation: 0, kind: .table(words), at: now))
    }
  }

  /// A row that could not be read or started. After a hundred in a pass the rest is counted only.
  func fail(_ key: Key?, _ error: any Error) {
    let isTold = state.withLock { state in
      let name = key.map(id) ?? "(unknown key)"
      guard state.status.badRows[name] != nil || state.status.badRows.count < TableStatus.mostBadRows else {
        return false
      }
      state.status.badRows[name] = String(describing: error)
      return true
    }
    publishStatus()
    if isTold { tell("its row failed: \(error)", key) }
  }

  func publishStatus() {
    let status = state.withLock { $0.status }
    root.state.withLock { $0.table = status }
  }
}
