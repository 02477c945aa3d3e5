import Synchronization

extension TableSupervisor {
  /// The present instance of a key's child.
  ///
  /// - Throws: ``TableError`` with code `notFound`, `starting`, or `notRunning` between two generations.
  public func get(_ key: Key) throws(TableError) -> Instance {
    let (handle, error) = state.withLock { state in (state.handles[key]?.handle, absence(of: key, state)) }
    if let handle, let instance = try? handle.current { return instance }
    throw located(error)
  }

  /// A handle that survives restarts and replacements of a key's child; the row need not exist yet.
  public func handle(for key: Key) -> ChildHandle<Instance> {
    state.withLock { $0.handle(for: key, root.timeline) }
  }

  /// The keys that run, start or stop, in no order (G28).
  public var keys: [Key] {
    state.withLock { state in
      state.reconciler.entries.compactMap { key, entry in
        if case .idle = entry.activity, !isPresent(key) { nil } else { key }
      }
    }
  }

  /// Reads a row and starts its child, without waiting for a pass; returns when it is ready.
  ///
  /// A cancelled caller takes the start back: the child is stopped, and waited for (G20). Nothing of the caller's is
  /// inherited by the child (G22).
  ///
  /// - Returns: The instance.
  /// - Throws: ``TableError`` with code `notRunning`, `exists`, `notFound`, `tableFailed`, `startFailed` or `cancelled`;
  ///   the key is free again then.
  @discardableResult
  public func start(_ key: Key) async throws(TableError) -> Instance {
    let generation = try call { state throws(TableError) in try state.reconciler.claim(key, isUp: isUp(key)) }
    let row: Row?
    do {
      row = try await table.row(for: key)
    } catch {
      change { $0.reconciler.claimed(key, generation, nil) }
      throw located(TableError(.tableFailed, key, "its row could not be read", underlying: error))
    }
    if let row, !isUsable(row.key) || row.key != key {
      change { $0.reconciler.claimed(key, generation, nil) }
      throw located(TableError(.tableFailed, key, "the table returned the row of \(row.key)"))
    }
    change { $0.reconciler.claimed(key, generation, row) }
    guard row != nil else { throw located(TableError(.notFound, key, "the table has no such row")) }
    return try await started(key)
  }

  private func started(_ key: Key) async throws(TableError) -> Instance {
    guard let task = state.withLock({ $0.starts[key]?.task }) else { return try get(key) }
    let error = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    if let error {
      let code: TableError.Code = Task.isCancelled ? .cancelled : error.code == .stopping ? .notRunning : .startFailed
      throw located(TableError(code, key, "did not start", underlying: error.underlying ?? error))
    }
    return try get(key)
  }

  /// Stops a key's child, or takes back its start, and waits until it is gone; the key is taken until then. A child may
  /// stop itself: the call then returns at once. The next pass starts it again if its row is still there (G10).
  ///
  /// - Returns: How it ended; ``Exit/abandoned`` when it did not by its deadline (G24).
  /// - Throws: ``TableError`` with code `notRunning`, or `notFound`, also when it is being stopped already (G23).
  @discardableResult
  public func stop(_ key: Key) async throws(TableError) -> Exit {
    if root.isCalled(by: id(key)) {
      try call { state throws(TableError) in try state.reconciler.stop(key, isUp: isPresent(key)) }
      return .shutdown
    }
    let result: Result<Exit, TableError> = await withCheckedContinuation { continuation in
      do throws(TableError) {
        try call { state throws(TableError) in
          try state.reconciler.stop(key, isUp: isPresent(key))
          state.stopWaiters[key] = continuation
        }
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
    return try result.get()
  }

  /// Looks at the whole table now, and returns when the look is over; what it began may still be under way.
  ///
  /// - Returns: What it found.
  /// - Throws: ``TableError`` with code `notRunning`, `tableFailed`, or `cancelled`.
  @discardableResult
  public func reconcile() async throws(TableError) -> TablePass {
    let number = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { wait(for: number, $0) }
    } onCancel: {
      let waiter = state.withLock { $0.passWaiters.removeValue(forKey: number)?.waiter }
      waiter?.resume(returning: .failure(located(TableError(.cancelled, nil, "the wait for a pass was cancelled"))))
    }
    return try result.get()
  }
}
