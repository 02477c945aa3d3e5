import Synchronization

/// The end of a watch: it ends when this is cancelled or released.
public final class Watch: Sendable {
  private let end: @Sendable () -> Void

  /// A watch that `end` ends; it must bear being called more than once.
  public init(_ end: @escaping @Sendable () -> Void) {
    self.end = end
  }

  /// Ends it.
  public func cancel() { end() }

  deinit { end() }
}

/// Who wants to hear of what.
package final class Watchers<Subject: Hashable & Sendable>: Sendable {
  private struct State {
    var last: UInt64 = 0
    var hearers: [Subject: [UInt64: @Sendable () -> Void]] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  package func watch(_ subject: Subject, _ hear: @escaping @Sendable () -> Void) -> Watch {
    let id = state.withLock { state in
      state.last += 1
      state.hearers[subject, default: [:]][state.last] = hear
      return state.last
    }
    return Watch { [weak self] in self?.forget(id, subject) }
  }

  /// Tells whoever watches one of the subjects; outside of every lock.
  package func tell(_ subjects: some Sequence<Subject>) {
    let hearers = state.withLock { state in subjects.flatMap { state.hearers[$0]?.values.map(\.self) ?? [] } }
    for hear in hearers { hear() }
  }

  private func forget(_ id: UInt64, _ subject: Subject) {
    state.withLock { state in
      state.hearers[subject]?[id] = nil
      if state.hearers[subject]?.isEmpty == true { state.hearers[subject] = nil }
    }
  }
}
