import Synchronization

/// Looking at the table. All of its code runs in tasks that nobody has to wait for: a table that hangs holds up neither
/// a stop nor the loop (§4.2.5).
extension TableSupervisor {
  private typealias Reading = @Sendable (_ number: UInt64) async throws -> TablePass

  /// One whole pass: rows are acted on as they come, orphans when all of them have come.
  func look() async {
    watch()
    let number = state.withLock { state in
      state.demand.isPass = false
      state.demand.keys.removeAll()
      state.status.passes += 1
      state.status.badRows.removeAll()
      return state.reconciler.passBegan()
    }
    let result = await read(number) { [self] number in
      var pass = TablePass(number: number)
      for try await entry in table.rows() {
        try Task.checkCancellation()
        take(entry, &pass)
      }
      return pass
    }
    passEnded(number, result)
  }

  /// Looks at a few rows that are said to have changed.
  func look(at keys: Set<Key>) async {
    let number = state.withLock { $0.reconciler.pass }
    let result = await read(number) { [self] number in
      for key in keys { await take(key) }
      return TablePass(number: number)
    }
    if case .failure(let error) = result, !Task.isCancelled {
      tell("changed rows were not read, the next pass will read them: \(error)")
    }
  }

  private func read(_ number: UInt64, _ body: @escaping Reading) async -> Result<TablePass, any Error> {
    guard beginReading() else { return .failure(TableStuck()) }
    let race = Race<Result<TablePass, any Error>>()
    let task = Task.detached { [self] in
      let result: Result<TablePass, any Error>
      do { result = .success(try await body(number)) } catch { result = .failure(error) }
      state.withLock { $0.isReading = false }
      race.finish(result)
    }
    let timeout = policy.passTimeout
    let timer = root.timeline.schedule(at: root.timeline.now.advanced(by: timeout)) {
      race.finish(.failure(TableTimeout(timeout: timeout)))
    }
    let result = await race.value() ?? .failure(CancellationError())
    root.timeline.cancel(timer)
    task.cancel()
    return result
  }

  private func beginReading() -> Bool {
    state.withLock { state in
      defer { state.isReading = true }
      return !state.isReading
    }
  }

  private func passEnded(_ number: UInt64, _ result: Result<TablePass, any Error>) {
    let pass = try? result.get()
    let waiters = change { state in
      state.reconciler.passEnded(isComplete: pass?.isComplete ?? false, isUp: isPresent)
      state.handles = state.handles.filter { $0.value.handle != nil }
      state.status.lastPass = root.timeline.wall
      state.status.rows = pass?.rows ?? 0
      let served = state.passWaiters.filter { $0.value.pass <= number }
      for key in served.keys { state.passWaiters[key] = nil }
      return served.values.map(\.waiter)
    }
    let failure: (any Error)? = if case .failure(let error) = result { error } else { nil }
    noteFailure(failure, pass)
    let answer = result.mapError {
      located(TableError(.tableFailed, nil, "the table could not be read", underlying: $0))
    }
    for waiter in waiters { waiter.resume(returning: answer) }
  }

  private func noteFailure(_ error: (any Error)?, _ pass: TablePass?) {
    if Task.isCancelled { return }
    let bad = pass.map { $0.isComplete ? nil : "\($0.badRows) rows could not be read" }
    let words = error.map { String(describing: $0) } ?? bad ?? nil
    state.withLock { $0.status.failure = words }
    publishStatus()
    if let error { tell("the table could not be read, nothing is stopped: \(error)") }
  }
}

// MARK: - Rows

extension TableSupervisor {
  /// Acts on one entry; what comes after the pass was given up is ignored.
  private func take(_ entry: TableEntry<Key, Table.Value>, _ pass: inout TablePass) {
    let number = pass.number
    switch entry {
    case .row(let row) where isUsable(row.key):
      pass.rows += 1
      change { state in
        if state.reconciler.openPass == number { state.reconciler.read(row, isUp: isPresent(row.key)) }
      }
    case .row(let row): reject(row.key, ReservedKey(), &pass)
    case .failure(let key, let error): reject(key, error, &pass)
    }
  }

  private func reject(_ key: Key?, _ error: any Error, _ pass: inout TablePass) {
    pass.badRows += 1
    if let key { state.withLock { $0.reconciler.saw(key) } } else { pass.isComplete = false }
    fail(key, error)
  }

  private func take(_ key: Key) async {
    do {
      let row = try await table.row(for: key)
      if Task.isCancelled { return }
      if let row, !isUsable(row.key) || row.key != key { throw ReservedKey() }
      change { state in
        if let row {
          state.reconciler.read(row, isUp: isPresent(key))
        } else {
          state.reconciler.absent(key, isUp: isPresent(key))
        }
      }
    } catch {
      fail(key, error)
    }
  }

}

/// Why a pass was not made, or not finished.
struct TableTimeout: Error, CustomStringConvertible {
  let timeout: Duration
  var description: String { "not read within \(timeout.rounded); raise passTimeout, or make the table quicker" }
}

/// The reading before this one was given up and still hangs: one stuck reading is enough.
struct TableStuck: Error, CustomStringConvertible {
  var description: String { "the reading before this one still hangs; make the table heed cancellation" }
}

/// A row that cannot become a child.
struct ReservedKey: Error, CustomStringConvertible {
  var description: String { "its key is reserved, or not the one that was asked for; rename the row" }
}
