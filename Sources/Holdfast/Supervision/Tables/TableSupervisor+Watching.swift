import Synchronization

/// Following the change feed, beside the loop.
extension TableSupervisor {
  /// Subscribes, if the table has a feed and nobody follows it yet; a feed that ended is asked for again by the next
  /// pass, before it reads.
  func watch() {
    guard let number = reserveWatcher(), let changes = table.changes() else { return }
    let task = Task.detached { [self] in await follow(changes, number) }
    let isOver = state.withLock { state in
      guard state.watcher?.number == number else { return true }
      state.watcher?.task = task
      return false
    }
    if isOver { task.cancel() }
  }

  private func reserveWatcher() -> UInt64? {
    state.withLock { state in
      guard state.watcher == nil else { return nil }
      state.lastWatcher += 1
      state.watcher = (state.lastWatcher, nil)
      return state.lastWatcher
    }
  }

  private func follow(_ changes: any AsyncSequence<TableChange<Key>, any Error>, _ number: UInt64) async {
    var words = "its change feed ended; the next pass asks for it again"
    do {
      for try await change in changes { wish(change) }
    } catch {
      words = "its change feed failed, the next pass asks for it again: \(error)"
    }
    state.withLock { if $0.watcher?.number == number { $0.watcher = nil } }
    if !Task.isCancelled { tell(words) }
  }
}
