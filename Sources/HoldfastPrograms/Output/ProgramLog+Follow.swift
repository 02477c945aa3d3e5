import Synchronization

extension ProgramLog {
  /// The lines from `sequence` on (default: those still to come), as they are written, until the task is cancelled or
  /// the log is finished.
  ///
  /// A follower has no buffer of its own: one that is slower than the program finds that lines have left the log, and
  /// is told how many.
  public func follow(from sequence: UInt64? = nil) -> some AsyncSequence<Entry, Never> & Sendable {
    Follower(from: sequence ?? next, log: self).entries
  }

  /// Ends every follower once it has had all lines, for a program that will not run again.
  public func finish() {
    let followers = state.withLock { state in
      state.isFinished = true
      defer { state.followers.removeAll() }
      return Array(state.followers.values)
    }
    for follower in followers { follower.resume() }
  }

  fileprivate var isFinished: Bool { state.withLock { $0.isFinished } }

  /// The entry at a cursor, if there is one yet; moves the cursor.
  fileprivate func take(_ cursor: inout UInt64) -> Entry? {
    state.withLock { state in
      if cursor < state.ring.first {
        defer { cursor = state.ring.first }
        return .dropped(state.ring.first - cursor)
      }
      guard let line = state.ring[cursor] else { return nil }
      cursor += 1
      return .line(line)
    }
  }

  /// Suspends until there is a line at `sequence`, or the task is cancelled.
  fileprivate func wait(for sequence: UInt64) async {
    let number = state.withLock { state in
      state.lastFollower += 1
      return state.lastFollower
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          guard sequence >= state.ring.next, !state.isFinished, !Task.isCancelled else { return true }
          state.followers[number] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.followers.removeValue(forKey: number) }?.resume()
    }
  }
}

/// One reader of a log and how far it has come.
private final class Follower: Sendable {
  private let cursor: Mutex<UInt64>
  private let log: ProgramLog

  init(from sequence: UInt64, log: ProgramLog) {
    cursor = Mutex(sequence)
    self.log = log
  }

  var entries: AsyncStream<ProgramLog.Entry> {
    AsyncStream { await self.next() }
  }

  private func next() async -> ProgramLog.Entry? {
    while !Task.isCancelled {
      if let entry = cursor.withLock({ log.take(&$0) }) { return entry }
      // A line that came between is taken in the next round.
      if log.isFinished, log.next <= cursor.withLock({ $0 }) { return nil }
      await log.wait(for: cursor.withLock { $0 })
    }
    return nil
  }
}
