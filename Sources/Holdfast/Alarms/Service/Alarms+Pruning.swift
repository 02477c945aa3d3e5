import Logging
import Synchronization

/// What is older than it need be goes, so that alarms that are gone leave nothing behind for ever.
extension Alarms {
  /// How often it is looked for.
  private static let pruningPeriod = Duration.seconds(24 * 3600)
  /// Entries of one call to the store.
  private static let slice = 10_000

  /// Deletes old history at once, and once a day, until cancelled.
  func pruneHistory(of node: AlarmNode) async {
    while !Task.isCancelled {
      let configuration = node.configuration ?? state.withLock { $0.configuration }
      if let retention = configuration.historyRetention {
        let limit = store.clock.wallTime.advanced(by: .zero - retention)
        do throws(StoreError) { try await prune(before: limit) } catch {
          Logger.current.warning("old history of alarms is still there", metadata: ["error": "\(error)"])
        }
      }
      try? await store.clock.sleep(for: Self.pruningPeriod)
    }
  }

  private func prune(before time: WallTime) async throws(StoreError) {
    for collection in [AlarmWrite.Collection.alarms, .incidents] {
      while try await store.pruneJournal(of: collection.rawValue, before: time, limit: Self.slice) == Self.slice {
        if Task.isCancelled { return }
      }
    }
  }
}
