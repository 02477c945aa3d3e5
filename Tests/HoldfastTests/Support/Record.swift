import Holdfast
import Synchronization

/// Things in the order in which they came, and a way to wait for them.
final class Record<Element: Sendable>: Sendable {
  private struct State {
    var all: [Element] = []
    var waiters: [(matches: @Sendable ([Element]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var all: [Element] { state.withLock { $0.all } }

  func add(_ element: Element) {
    let ready = state.withLock { state in
      state.all.append(element)
      let all = state.all
      let ready = state.waiters.filter { $0.matches(all) }
      state.waiters.removeAll { $0.matches(all) }
      return ready
    }
    for waiter in ready { waiter.continuation.resume() }
  }

  func wait(until matches: @escaping @Sendable ([Element]) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if matches(state.all) { return true }
        state.waiters.append((matches, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  func wait(for count: Int) async { await wait { $0.count >= count } }

  /// Adds what a feed says, until the watch is released.
  func listen<Feed: AsyncSequence & Sendable>(
    to feed: Feed, _ element: @escaping @Sendable (Feed.Element) -> Element?
  ) -> Watch where Feed.Failure == Never {
    let task = Task { [weak self] in for await item in feed { if let found = element(item) { self?.add(found) } } }
    return Watch { task.cancel() }
  }
}

extension FeedItem {
  /// The item, unless it tells of ones that were dropped.
  var element: Element? { if case .item(let element) = self { element } else { nil } }
}

extension Record<String> {
  /// Only the lines that begin so.
  func lines(_ prefix: String) -> [String] { all.filter { $0.hasPrefix(prefix) } }
}
