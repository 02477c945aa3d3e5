import DequeModule
import Synchronization

/// What a subscriber receives: an element, or the number of elements it was too slow for.
public enum FeedItem<Element: Sendable>: Sendable {
  /// The next element.
  case item(Element)
  /// So many elements were dropped here, because the buffer was full.
  case dropped(Int)
}

/// One subscription: an asynchronous sequence with a bounded buffer that drops the oldest and says so.
///
/// The subscription begins when it is made, not when iteration begins, and ends when it is released. One task at a
/// time may iterate.
public final class Feed<Element: Sendable>: AsyncSequence, Sendable {
  private struct State {
    var buffer = Deque<Element>()
    var dropped = 0
    var isFinished = false
    var waiter: CheckedContinuation<FeedItem<Element>?, Never>?
  }

  private let state = Mutex(State())
  private let capacity: Int
  private let onEnd: @Sendable () -> Void

  /// - Parameters:
  ///   - capacity: Elements held for a slow subscriber, ≥ 1.
  ///   - onEnd: Called when the subscription is released.
  package init(capacity: Int, onEnd: @escaping @Sendable () -> Void = {}) {
    self.capacity = Swift.max(1, capacity)
    self.onEnd = onEnd
  }

  deinit { onEnd() }

  /// Adds an element without waiting. The wake-up it returns must be called outside every lock.
  package func offer(_ element: Element) -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard !state.isFinished else { return nil }
      if let waiter = state.waiter {
        state.waiter = nil
        return { waiter.resume(returning: .item(element)) }
      }
      if state.buffer.count == capacity {
        state.buffer.removeFirst()
        state.dropped += 1
      }
      state.buffer.append(element)
      return nil
    }
  }

  /// Ends the sequence after what is buffered.
  package func finish() {
    let waiter = state.withLock { state in
      state.isFinished = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: nil)
  }

  private enum Next {
    case now(FeedItem<Element>?)
    case later
  }

  private func take(_ state: inout State) -> Next {
    if state.dropped > 0 {
      defer { state.dropped = 0 }
      return .now(.dropped(state.dropped))
    }
    if let element = state.buffer.popFirst() { return .now(.item(element)) }
    return state.isFinished || Task.isCancelled ? .now(nil) : .later
  }

  fileprivate func next() async -> FeedItem<Element>? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let next = state.withLock { state in
          let next = take(&state)
          if case .later = next { state.waiter = continuation }
          return next
        }
        if case .now(let item) = next { continuation.resume(returning: item) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume(returning: nil)
    }
  }

  /// Iterates over what comes from now on.
  public struct Iterator: AsyncIteratorProtocol {
    let feed: Feed

    /// The next element, a marker for dropped ones, or nil when the feed ended or the task was cancelled.
    public mutating func next() async -> FeedItem<Element>? { await feed.next() }
  }

  /// See `AsyncSequence`.
  public func makeAsyncIterator() -> Iterator { Iterator(feed: self) }
}
