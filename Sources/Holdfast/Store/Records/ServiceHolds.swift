import Synchronization

/// Who runs which service on a store of this process.
package final class ServiceHolds: Sendable {
  private struct State {
    var last: UInt64 = 0
    var holders: [String: UInt64] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// See ``RecordStore/hold(_:)``.
  package func take(_ service: String, of store: String) throws(StoreError) -> Watch {
    let number: UInt64? = state.withLock { state in
      guard state.holders[service] == nil else { return nil }
      state.last += 1
      state.holders[service] = state.last
      return state.last
    }
    guard let number else {
      throw StoreError(
        .locked, store: store, "another `\(service)` runs on it already; stop that one, or use the one that runs")
    }
    return Watch { [weak self] in self?.leave(service, number) }
  }

  private func leave(_ service: String, _ number: UInt64) {
    state.withLock { state in
      if state.holders[service] == number { state.holders[service] = nil }
    }
  }
}
