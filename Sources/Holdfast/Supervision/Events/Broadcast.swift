import Synchronization

/// Hands each element to every subscriber, and to the broadcast above it in the tree.
package final class Broadcast<Element: Sendable>: Sendable {
  private struct Subscriber {
    weak var feed: Feed<Element>?
  }

  private struct State {
    var subscribers: [UInt64: Subscriber] = [:]
    var last: UInt64 = 0
    var parent: Broadcast?
  }

  private let state = Mutex(State())
  private let observers = Atomic(0)

  package init() {}

  /// Whether anybody listens, here or further up.
  package var isObserved: Bool {
    observers.load(ordering: .relaxed) > 0
  }

  /// A new subscription with a bounded buffer.
  package func subscribe(capacity: Int) -> Feed<Element> {
    let number = state.withLock { state in
      state.last += 1
      return state.last
    }
    let feed = Feed<Element>(capacity: capacity) { [weak self] in self?.forget(number) }
    state.withLock { $0.subscribers[number] = Subscriber(feed: feed) }
    observers.add(1, ordering: .relaxed)
    return feed
  }

  private func forget(_ number: UInt64) {
    let known = state.withLock { $0.subscribers.removeValue(forKey: number) != nil }
    if known { observers.subtract(1, ordering: .relaxed) }
  }

  /// Also tells another broadcast, which counts as an observer; nil ends that.
  package func attach(to parent: Broadcast?) {
    let before = state.withLock { state in
      defer { state.parent = parent }
      return state.parent
    }
    let change = (parent == nil ? 0 : 1) - (before == nil ? 0 : 1)
    observers.add(change, ordering: .relaxed)
  }

  /// Tells everybody, in order. Call it under the lock that makes the order, and what it returns outside of it.
  package func publish(_ element: Element) -> [@Sendable () -> Void] {
    let (feeds, parent) = state.withLock { ($0.subscribers.values.compactMap(\.feed), $0.parent) }
    return feeds.compactMap { $0.offer(element) } + (parent?.publish(element) ?? [])
  }

  /// Ends every subscription.
  package func finish() {
    let feeds = state.withLock { $0.subscribers.values.compactMap(\.feed) }
    for feed in feeds { feed.finish() }
  }
}
