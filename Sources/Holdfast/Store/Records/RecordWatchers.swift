import Synchronization

/// Who wants to hear of changes in which collection.
package final class RecordWatchers: Sendable {
  private struct State {
    var last: UInt64 = 0
    var hearers: [String: [UInt64: @Sendable () -> Void]] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  package func watch(_ collection: String, _ hear: @escaping @Sendable () -> Void) -> RecordWatch {
    let id = state.withLock { state in
      state.last += 1
      state.hearers[collection, default: [:]][state.last] = hear
      return state.last
    }
    return RecordWatch { [weak self] in self?.forget(id, collection) }
  }

  /// Tells whoever watches one of the collections; outside of every lock.
  package func tell(_ collections: some Sequence<String>) {
    let hearers = state.withLock { state in collections.flatMap { state.hearers[$0]?.values.map(\.self) ?? [] } }
    for hear in hearers { hear() }
  }

  private func forget(_ id: UInt64, _ collection: String) {
    state.withLock { state in
      state.hearers[collection]?[id] = nil
      if state.hearers[collection]?.isEmpty == true { state.hearers[collection] = nil }
    }
  }
}

extension RecordChange {
  /// The collections of which changes that were made changed records.
  package static func collections(_ changes: [RecordChange], _ results: [RecordChangeResult]) -> Set<String> {
    var names: Set<String> = []
    for (change, result) in zip(changes, results) {
      if case .written = result { names.formUnion(change.puts.map(\.reference.collection)) }
    }
    return names
  }
}
