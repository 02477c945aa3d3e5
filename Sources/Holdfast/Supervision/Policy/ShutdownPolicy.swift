/// How a child is stopped, and by when that is over.
///
/// The ladder is: ask gracefully, cancel its task, abandon it. Swift cannot kill a task, so the last step means: stop
/// waiting, count it, list it, ignore whatever it still does.
///
/// A closure child that has not asked to hear about stops (``ChildContext/untilStopped()``,
/// ``ChildContext/onStop(_:)``) is cancelled at the first step already, because nobody would hear the request.
public struct ShutdownPolicy: Sendable, Hashable {
  /// From the request to the cancellation; `nil` means that it is never cancelled.
  public let grace: Duration?
  /// From the cancellation to the abandonment.
  public let cancellation: Duration

  /// Both steps given.
  ///
  /// - Parameters:
  ///   - grace: How long the graceful request may take, ≥ 0. `nil` waits without limit.
  ///   - cancellation: How long the task may take to end once cancelled, ≥ 0.
  public init(grace: Duration?, cancellation: Duration) {
    self.grace = grace
    self.cancellation = cancellation
  }

  /// The whole stop takes at most `total`: the last fifth of it, and no more than a second, belongs to the cancellation.
  public static func within(_ total: Duration) -> ShutdownPolicy {
    let cancellation = min(total / 5, .seconds(1))
    return ShutdownPolicy(grace: total - cancellation, cancellation: cancellation)
  }

  /// Cancel at once and abandon after one second (OTP's `brutal_kill`, as near as Swift can come).
  public static let immediately = ShutdownPolicy(grace: .zero, cancellation: .seconds(1))

  /// Ask, and wait for as long as it takes (OTP's `infinity`). The supervisor's own total deadline still ends it.
  public static let unlimited = ShutdownPolicy(grace: nil, cancellation: .seconds(1))

  /// Five seconds in all (S18).
  public static let standard = ShutdownPolicy.within(.seconds(5))

  /// From the request to the abandonment; `nil` when there is no limit.
  public var total: Duration? {
    grace.map { $0 + cancellation }
  }
}
