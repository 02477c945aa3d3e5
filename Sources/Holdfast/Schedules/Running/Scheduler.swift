#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
public import ServiceLifecycle
import Synchronization

/// Fires schedules: at each nominal time it enqueues a job and moves the schedule on, in one transaction.
///
/// ```swift
/// let app = Supervisor("app", children: [
///   Child("jobs", shutdown: .within(.seconds(40))) { runner },
///   Child("schedules") { Scheduler(store) },
/// ])
/// ```
///
/// It is a ServiceLifecycle `Service`, and may be run again after it ended. Any number of them may share a store: each
/// occurrence is decided once, by whoever comes first, so no leader is needed. Nothing fires before its time on the wall
/// clock; what came while nobody could fire it is decided by the schedule's ``Misfire`` policy as soon as somebody can.
/// When the clock goes back, schedules wait: nothing fires twice.
///
/// While the store cannot be reached it tries again, visibly, and loses nothing (SC5). A rule with `@reboot` fires once
/// in each run. At its start, and once a day, it reads the time zone data anew (SC24).
public final class Scheduler: Service {
  /// How a scheduler behaves.
  public struct Options: Sendable {
    /// What people call it, in logs and metrics. Default `holdfast-` and the process's number.
    public var name = "holdfast-\(ProcessInfo.processInfo.processIdentifier)"

    /// The defaults.
    public init() {}
  }

  let options: Options
  let store: any RecordStore
  let metrics: SchedulerMetrics
  let broadcast = Broadcast<SchedulerEvent>()
  private let gate = RunGate()
  private let current = Mutex<SchedulerRun?>(nil)

  /// A scheduler; nothing happens before ``run()``.
  ///
  /// - Parameters:
  ///   - store: Where the schedules and their jobs are. Its clock is the scheduler's.
  ///   - options: Everything else.
  public init(_ store: any RecordStore, options: Options = Options()) {
    self.store = store
    self.options = options
    metrics = SchedulerMetrics(scheduler: options.name)
  }

  /// Fires schedules until it is asked to stop, by a graceful shutdown or by cancelling the task. It stops as soon as the
  /// store has answered.
  ///
  /// A second `run()` at the same time waits for the first to end.
  ///
  /// - Throws: ``StoreError`` when the store was closed or cannot be used for good; `CancellationError` when cancelled
  ///   while it waited for its turn.
  public func run() async throws {
    try await gate.enter()
    defer { gate.leave() }
    let run = SchedulerRun(self)
    current.withLock { $0 = run }
    defer { current.withLock { $0 = nil } }
    try await withTaskCancellationHandler {
      try await withGracefulShutdownHandler {
        // A task of its own, because what is being written shall be finished also when this one is cancelled.
        try await Task { try await run.live() }.value
      } onGracefulShutdown: {
        run.stop()
      }
    } onCancel: {
      run.stop()
    }
  }

  /// Begins to stop, as a graceful shutdown does.
  public func stop() {
    current.withLock { $0 }?.stop()
  }

  /// What it is doing.
  public var snapshot: SchedulerSnapshot {
    current.withLock { $0 }?.snapshot ?? SchedulerSnapshot(name: options.name, mode: .stopped)
  }

  /// The schedules that fire when their time comes, those that cannot be read at the moment included; nil while they are
  /// not known.
  var active: Set<String>? { current.withLock { $0 }?.active }

  /// What it does from now on.
  ///
  /// - Parameter buffer: Events held for a slow subscriber; the oldest are dropped, and counted. Default 1,024.
  public func events(buffer: Int = 1024) -> some AsyncSequence<FeedItem<SchedulerEvent>, Never> & Sendable {
    broadcast.subscribe(capacity: buffer)
  }
}
