/// When a child that was started counts as running, so that the next one may start (L13).
public enum Readiness: Sendable {
  /// As soon as its body is entered. The default of closures without a context, and of services.
  case onEntry
  /// When it calls ``ChildContext/ready()``. The default of closures that take a context.
  case signalled
  /// When the check first returns true; it is called every `interval`, and a throw counts as "not yet".
  case probe(every: Duration, check: @Sendable () async throws -> Bool)
}
