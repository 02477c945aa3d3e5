public import ServiceLifecycle

/// A service that supervises: a ``Supervisor``, or something built on one.
///
/// Every kind can be run by itself, in a `ServiceGroup`, or as a subtree (``Child/supervisor(_:restart:backoff:startDeadline:limit:significant:startMayFail:autostart:)``),
/// where it takes its stop from its parent only (L14).
public protocol SupervisionTree: Service {
  /// The last part of its path.
  var name: String { get }

  /// How long a stop of it may take.
  var shutdownBound: Duration { get }

  /// Asks it to stop, in order and within the deadlines; returns at once.
  func stop()

  /// The whole tree, as it is now.
  func snapshot() -> SupervisorSnapshot

  /// What happens in it and below it, from now on; see ``Supervisor/events(buffer:)``.
  func events(buffer: Int) -> Feed<SupervisionEvent>
}
