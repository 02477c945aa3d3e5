public import Holdfast
import Synchronization

/// Collects the events of a supervisor and everything below it, and lets a test wait for one.
///
/// Waiting has no limit of its own; the test's time limit ends it, and ``description`` then says what did come. A
/// waiting task that is cancelled records that by throwing ``Missing``, which lists every event seen so far.
public final class EventRecorder: Sendable {
  private struct Waiter {
    let number: UInt64
    let matches: @Sendable (SupervisionEvent) -> Bool
    let continuation: CheckedContinuation<SupervisionEvent?, Never>
  }

  private struct State {
    var seen: [SupervisionEvent] = []
    /// Where ``next(_:)`` goes on looking.
    var position = 0
    var waiters: [Waiter] = []
    var last: UInt64 = 0
  }

  /// The event did not come.
  public struct Missing: Error, CustomStringConvertible {
    /// What came instead.
    public let description: String
  }

  private let state = Mutex(State())
  private let collector = Mutex<Task<Void, Never>?>(nil)

  /// Records from now on.
  ///
  /// - Parameters:
  ///   - supervisor: The root of what is recorded.
  ///   - buffer: How far the recorder may fall behind, ≥ 1.
  public init(_ supervisor: some SupervisionTree, buffer: Int = 65_536) {
    let feed = supervisor.events(buffer: buffer)
    let task = Task { [weak self] in
      for await case .item(let event) in feed { self?.note(event) }
    }
    collector.withLock { $0 = task }
  }

  deinit { collector.withLock { $0?.cancel() } }

  /// Everything seen so far, oldest first.
  public var events: [SupervisionEvent] { state.withLock { $0.seen } }

  /// Everything seen so far as `child.name`, such as `web.ready`; the supervisor's own events without a child.
  public var names: [String] {
    events.map { event in event.child.map { "\($0).\(event.name)" } ?? event.name }
  }

  /// The first event that matches and comes after the one that this gave last; waits for it if need be.
  ///
  /// - Throws: ``Missing`` when the task is cancelled before it came.
  @discardableResult
  public func next(_ matches: @escaping @Sendable (SupervisionEvent) -> Bool) async throws -> SupervisionEvent {
    let number = state.withLock { state in
      state.last += 1
      return state.last
    }
    let event = await withTaskCancellationHandler {
      await withCheckedContinuation { wait(Waiter(number: number, matches: matches, continuation: $0)) }
    } onCancel: {
      giveUp(number)
    }
    guard let event else { throw Missing(description: "the event did not come; seen: \(names)") }
    return event
  }

  /// The first event of that name, child and generation since the one that this gave last.
  ///
  /// - Parameters:
  ///   - name: Such as `ready`.
  ///   - child: The child's id; nil matches any.
  ///   - generation: The child's generation; nil matches any.
  /// - Throws: ``Missing`` when the task is cancelled before it came.
  @discardableResult
  public func wait(
    for name: String, child: String? = nil, generation: Int? = nil
  ) async throws -> SupervisionEvent {
    try await next { event in
      event.name == name && (child == nil || event.child == child)
        && (generation == nil || event.generation == generation)
    }
  }

  private func wait(_ waiter: Waiter) {
    let found: SupervisionEvent?? = state.withLock { state in
      if let index = state.seen[state.position...].firstIndex(where: waiter.matches) {
        state.position = index + 1
        return .some(state.seen[index])
      }
      if Task.isCancelled { return .some(nil) }
      state.waiters.append(waiter)
      return nil
    }
    if let found { waiter.continuation.resume(returning: found) }
  }

  private func note(_ event: SupervisionEvent) {
    let waiter: Waiter? = state.withLock { state in
      state.seen.append(event)
      guard let index = state.waiters.firstIndex(where: { $0.matches(event) }) else { return nil }
      state.position = state.seen.count
      return state.waiters.remove(at: index)
    }
    waiter?.continuation.resume(returning: event)
  }

  private func giveUp(_ number: UInt64) {
    let waiter = state.withLock { state in
      state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
    }
    waiter?.continuation.resume(returning: nil)
  }
}

extension EventRecorder: CustomStringConvertible {
  /// The events seen so far, in words.
  public var description: String { events.map(\.description).joined(separator: "\n") }
}
