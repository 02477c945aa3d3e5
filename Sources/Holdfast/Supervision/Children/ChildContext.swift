public import Logging

/// What a running child knows of itself and tells its supervisor.
///
/// A context belongs to one generation: calls made after that generation was stopped or abandoned do nothing.
public struct ChildContext: Sendable {
  let supervisor: Supervisor
  let reference: ChildReference

  /// The context of the service that runs in this task; nil in closures, which get theirs as an argument.
  @TaskLocal public static var current: ChildContext?

  /// The id from the specification.
  public var id: String { supervisor.withRecord(reference) { $0.child.id } ?? "" }

  /// Supervisor names and the id, from the root: `app/feeds/lse`.
  public var path: String { supervisor.path + "/" + id }

  /// 1 for the first start of this child, one more for each start after it.
  public var generation: Int { supervisor.withRecord(reference) { Int($0.starts) } ?? 0 }

  /// How the generation before this one ended; nil on the first start.
  public var lastExit: Exit? { supervisor.withRecord(reference) { $0.lastExit } ?? nil }

  /// The clock that this tree lives by.
  public var timeline: any Timeline { supervisor.timeline }

  /// The supervisor's logger, with the child's path and generation as metadata.
  public var logger: Logger { supervisor.logger(for: self) }

  /// Says that the child is up: the next one in start order may start. Only the first call counts.
  public func ready() {
    supervisor.childBecameReady(reference)
  }

  /// Says that the work loop still turns; see ``Child/Options/heartbeat``.
  public func heartbeat() {
    supervisor.childBeat(reference)
  }

  /// Whether the supervisor has asked this child to stop.
  public var isStopping: Bool {
    supervisor.isStopping(reference)
  }

  /// Suspends until the supervisor asks this child to stop, or the task is cancelled.
  public func untilStopped() async {
    let number = supervisor.newListener()
    await withTaskCancellationHandler {
      // Most idle children are parked here; the checked kind's frame and box would cost each of them a kilobyte.
      // It is resumed once: whoever removes the listener from the state resumes it.
      await unsafe withUnsafeContinuation { unsafe supervisor.listen(reference, $0, number) }
    } onCancel: {
      supervisor.dropListener(reference, number)
    }
  }

  /// Calls `action` once when the supervisor asks this child to stop: at once if it has already. It must not block.
  public func onStop(_ action: @escaping @Sendable () -> Void) {
    supervisor.onStop(reference, action)
  }
}

/// Names one generation of one child inside one supervisor.
struct ChildReference: Hashable, Sendable {
  let slot: UInt32
  let generation: UInt32
}
