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

/// One of our own kinds: it says how to stop a run as soon as that is possible, so that no stop falls in between.
protocol Subtree: SupervisionTree {
  func run(onEntry: (_ stop: @escaping @Sendable () -> Void) -> Void) async throws
}
