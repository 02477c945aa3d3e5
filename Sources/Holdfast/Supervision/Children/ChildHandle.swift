import Synchronization

/// A typed reference to what the *current* generation of a child offers; it survives restarts (D14).
///
/// ```swift
/// let pool = ChildHandle<ConnectionPool>("pool")
/// let app = Supervisor("app", children: [Child("pool", handle: pool) { ConnectionPool(url) }])
/// …
/// try await pool.value(within: .seconds(5)).query("select 1")
/// ```
///
/// A value is withdrawn as soon as its generation ends or is asked to stop, and never handed out after that.
public final class ChildHandle<Value: Sendable>: Sendable {
  /// The generation that published.
  struct Owner: Hashable {
    let supervisor: ObjectIdentifier
    let reference: ChildReference
  }

  private typealias Waiter = CheckedContinuation<Result<Value, SupervisorError>, Never>

  private struct State {
    var published: (owner: Owner, value: Value)?
    var waiters: [UInt64: Waiter] = [:]
    var last: UInt64 = 0
  }

  /// Names it in errors.
  public let name: String
  private let timeline: any Timeline
  private let state = Mutex(State())

  /// A handle that nobody has published to.
  ///
  /// - Parameters:
  ///   - name: Names it in errors. Default the type's name.
  ///   - timeline: The clock of the waits. Default real time.
  public init(_ name: String = "\(Value.self)", timeline: any Timeline = .system) {
    self.name = name
    self.timeline = timeline
  }

  /// The value of the current generation, or nothing at once: fail fast.
  ///
  /// - Throws: ``SupervisorError`` with code `notRunning` when no generation offers a value now.
  public var current: Value {
    get throws(SupervisorError) {
      guard let value = state.withLock({ $0.published?.value }) else {
        throw absent("not running now; wait for it with value(within:), or try again later")
      }
      return value
    }
  }

  /// The value of the current generation, or of the next one that publishes.
  ///
  /// - Parameter limit: The longest wait, ≥ 0; nil (default) waits for as long as the task is not cancelled.
  /// - Throws: ``SupervisorError`` with code `notRunning` when the time is over, `cancelled` when the task is.
  public func value(within limit: Duration? = nil) async throws(SupervisorError) -> Value {
    let number = state.withLock { state in
      state.last += 1
      return state.last
    }
    let timer = limit.map { limit in
      timeline.schedule(at: timeline.now.advanced(by: limit)) { [weak self] in
        self?.giveUp(number) { $0.absent("not running, and not back within \(limit.rounded)") }
      }
    }
    defer { if let timer { timeline.cancel(timer) } }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { wait(number, $0, isOver: limit.map { $0 <= .zero } ?? false) }
    } onCancel: {
      giveUp(number) { SupervisorError(.cancelled, "the wait for \($0.name) was cancelled") }
    }
    return try result.get()
  }

  private func wait(_ number: UInt64, _ waiter: Waiter, isOver: Bool) {
    let answer: Result<Value, SupervisorError>? = state.withLock { state in
      if let value = state.published?.value { return .success(value) }
      if Task.isCancelled { return .failure(SupervisorError(.cancelled, "the wait for \(name) was cancelled")) }
      if isOver { return .failure(absent("not running now")) }
      state.waiters[number] = waiter
      return nil
    }
    if let answer { waiter.resume(returning: answer) }
  }

  private func giveUp(_ number: UInt64, _ error: (ChildHandle) -> SupervisorError) {
    let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
    waiter?.resume(returning: .failure(error(self)))
  }

  private func absent(_ reason: String) -> SupervisorError {
    SupervisorError(.notRunning, "\(name): \(reason)")
  }

  /// Takes a value in, and hands it to whoever waits. The wake-up it returns must be called outside every lock.
  func set(_ value: Value, by owner: Owner) -> @Sendable () -> Void {
    let waiters = state.withLock { state in
      state.published = (owner, value)
      defer { state.waiters.removeAll() }
      return Array(state.waiters.values)
    }
    return { waiters.forEach { $0.resume(returning: .success(value)) } }
  }

  func withdraw(by owner: Owner) {
    // The value leaves the lock before it is released: its deinit is the user's code.
    _ = state.withLock { state in
      guard state.published?.owner == owner else { return Value?.none }
      defer { state.published = nil }
      return state.published?.value
    }
  }
}

extension ChildContext {
  /// Offers a value for as long as this generation runs; a later one of the same handle replaces it.
  ///
  /// Publish before ``ready()``, so that whoever depends on this child finds it. Once the generation ended or was asked
  /// to stop, it does nothing.
  public func publish<Value: Sendable>(_ value: Value, to handle: ChildHandle<Value>) {
    let owner = ChildHandle<Value>.Owner(supervisor: ObjectIdentifier(supervisor), reference: reference)
    let wakeUp = supervisor.publish(reference, to: ObjectIdentifier(handle)) {
      handle.withdraw(by: owner)
    } _: {
      handle.set(value, by: owner)
    }
    wakeUp?()
  }
}
