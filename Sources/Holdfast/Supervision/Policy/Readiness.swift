/// What a child waits for when its supervisor, or its group, starts.
public enum StartGate: Sendable, Hashable {
  /// Every child before it has had its turn: is ready, or its start failed and will be retried. The default (S23).
  case previous
  /// These children, which come before it, have had their turn; with none it starts at once, beside its predecessors.
  case after(Set<String>)
}

/// When a child that was started counts as running, so that the next one may start (L13).
public enum Readiness: Sendable {
  /// As soon as its body is entered. The default of closures without a context, and of services.
  case onEntry
  /// When it calls ``ChildContext/ready()``. The default of closures that take a context.
  case signalled
  /// When the check first returns true; it is called every `interval`, and a throw counts as "not yet".
  case probe(every: Duration, check: @Sendable () async throws -> Bool)
}
