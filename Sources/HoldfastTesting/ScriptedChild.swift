public import Holdfast
import Synchronization

/// A child whose n-th generation does what its script says, and that counts what happens to it.
///
/// ```swift
/// let web = ScriptedChild("web", [.failStart, .run])     // the last step is repeated
/// let app = Supervisor("app", children: [web.child()])
/// web.crash()                                            // ends the live generation
/// #expect(web.counts.maxLive == 1)
/// ```
public final class ScriptedChild: Sendable {
  /// What one generation does.
  public enum Step: Sendable, Hashable {
    /// Becomes ready, runs until it is told to end, and ends on a stop.
    case run
    /// Throws before it is ready.
    case failStart
    /// Says before it is ready that it is not wanted (S25).
    case ignore
    /// Never becomes ready; ends when cancelled.
    case hangInStart
    /// Becomes ready, then ignores the stop and the cancellation until ``ScriptedChild/release()``.
    case hang
    /// Becomes ready and runs; throws when it is asked to stop.
    case crashInStop
    /// Becomes ready and runs; once asked to stop it takes this long on the tree's clock, also when cancelled.
    case slowStop(Duration)
  }

  /// What a scripted child throws.
  public struct Crash: Error, Hashable, Sendable, CustomStringConvertible {
    /// The generation that threw.
    public let generation: Int
    /// Names it.
    public var description: String { "scripted crash of generation \(generation)" }
  }

  /// What has happened so far.
  public struct Counts: Sendable, Hashable {
    /// Generations begun.
    public var started = 0
    /// Generations over.
    public var ended = 0
    /// The most that were alive at once: never above 1, unless a generation was abandoned.
    public var maxLive = 0
    /// Generations alive now.
    public var live: Int { started - ended }
  }

  enum Order { case end, crash, stop, release }

  private struct State {
    var counts = Counts()
    /// What each live generation waits for, by generation.
    var mailboxes: [Int: AsyncStream<Order>.Continuation] = [:]
  }

  /// The child's id.
  public let id: String
  private let script: [Step]
  private let state = Mutex(State())

  /// - Parameters:
  ///   - id: The child's id.
  ///   - script: What each generation does; the last one does for the rest. Empty means always ``Step/run``.
  public init(_ id: String, _ script: [Step] = []) {
    self.id = id
    self.script = script.isEmpty ? [.run] : script
  }

  /// What has happened so far.
  public var counts: Counts { state.withLock { $0.counts } }

  /// The specification. The closure says itself when it is ready.
  ///
  /// - Parameter configure: Changes the options; the default is all of theirs, without any backoff.
  public func child(_ configure: (inout Child.Options) -> Void = { _ in }) -> Child {
    var options = Child.Options()
    options.readiness = .signalled
    options.backoff = .none
    configure(&options)
    return Child(id, options: options) { [self] context in try await live(context) }
  }

  /// Makes the live generations return.
  public func end() { send(.end) }

  /// Makes the live generations throw.
  public func crash() { send(.crash) }

  /// Lets the hanging generations end.
  public func release() { send(.release) }

  private func send(_ order: Order) {
    let mailboxes = state.withLock { Array($0.mailboxes.values) }
    for mailbox in mailboxes { mailbox.yield(order) }
  }
}

extension ScriptedChild {
  private func live(_ context: ChildContext) async throws {
    let (orders, mailbox) = AsyncStream.makeStream(of: Order.self, bufferingPolicy: .bufferingOldest(16))
    let number = enter(mailbox)
    defer { leave(number) }
    let step = script[min(number, script.count) - 1]
    switch step {
    case .failStart: throw Crash(generation: number)
    case .ignore: throw ChildIgnored()
    case .hangInStart: return await context.untilStopped()
    case .run, .hang, .crashInStop, .slowStop: break
    }
    context.onStop { mailbox.yield(.stop) }
    context.ready()
    // A task of its own, because a cancelled task cannot wait for what comes after its cancellation.
    try await Task { try await Self.obey(orders, step, context, number) }.value
  }

  private static func obey(
    _ orders: AsyncStream<Order>, _ step: Step, _ context: ChildContext, _ number: Int
  ) async throws {
    for await order in orders {
      switch (order, step) {
      case (.end, _), (.release, _): return
      case (.crash, _): throw Crash(generation: number)
      case (.stop, .hang): continue
      case (.stop, .crashInStop): throw Crash(generation: number)
      case (.stop, .slowStop(let duration)):
        return try await context.timeline.sleep(for: duration)
      case (.stop, _): return
      }
    }
  }

  private func enter(_ mailbox: AsyncStream<Order>.Continuation) -> Int {
    state.withLock { state in
      state.counts.started += 1
      state.counts.maxLive = max(state.counts.maxLive, state.counts.live)
      state.mailboxes[state.counts.started] = mailbox
      return state.counts.started
    }
  }

  private func leave(_ number: Int) {
    state.withLock { state in
      state.counts.ended += 1
      state.mailboxes[number] = nil
    }
  }
}
