#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A child's state, as users see it.
public enum ChildState: String, Sendable, Hashable, Codable, CaseIterable {
  /// Its turn to start has not come.
  case pending
  /// Started, not yet ready.
  case starting
  /// Ready.
  case running
  /// Asked to end.
  case stopping
  /// Down until an instant, then started again.
  case waiting
  /// Down until its group starts again.
  case restarting
  /// Down because somebody asked.
  case stopped
  /// Ended by itself, not to be restarted.
  case finished
  /// Down because it reached a limit.
  case parked

  init(_ phase: Phase) {
    self =
      switch phase {
      case .pending: .pending
      case .starting: .starting
      case .running: .running
      case .stopping: .stopping
      case .waiting: .waiting
      case .restarting: .restarting
      case .stopped: .stopped
      case .finished: .finished
      case .parked: .parked
      }
  }
}

/// A supervisor and everything below it at one moment: what the console, the command line and tests read.
public struct SupervisorSnapshot: Sendable, Codable {
  /// The last part of the path.
  public var name: String
  /// Names from the root, such as `app/feeds`.
  public var path: String
  /// `idle`, `starting`, `running`, `restarting` or `stopping`.
  public var state: String
  /// Which children restart together.
  public var strategy: Strategy
  /// Restarts that may still happen now without a breach; nil when there is no limit.
  public var budgetLeft: Int?
  /// In start order.
  public var children: [ChildSnapshot]
  /// Generations that did not end by their deadline and whose task may still run.
  public var abandoned: [AbandonedChild]
  /// When this was taken.
  public var takenAt: Date
  /// What it knows of its table, if it is a table supervisor.
  public var table: TableStatus?
}

/// One child at one moment.
public struct ChildSnapshot: Sendable, Codable {
  /// Unique in its supervisor.
  public var id: String
  /// Worker or supervisor.
  public var kind: Child.Kind
  /// Where it is in its life.
  public var state: ChildState
  /// 1 for its first start; 0 before that.
  public var generation: Int
  /// Starts after the first.
  public var restarts: Int
  /// Failures in a row.
  public var failures: Int
  /// How long the current generation has lived, in seconds; nil when none does.
  public var uptime: Double?
  /// When the wait, the start, the stop step or the heartbeat is over, if something is awaited.
  public var until: Date?
  /// The last exit in words: `normal`, `shutdown`, `abandoned`, `failed: …`; nil before the first.
  public var lastExit: String?
  /// Whether it is restarted.
  public var restart: RestartPolicy
  /// What is below it, if it is a supervisor and runs.
  public var subtree: SupervisorSnapshot?
}

/// A generation that outlived its deadline.
public struct AbandonedChild: Sendable, Codable {
  /// The child's id.
  public var id: String
  /// Which of its generations.
  public var generation: Int
  /// Since when nobody waits for it.
  public var since: Date
}

/// The moment of a snapshot on both clocks, to show monotonic instants to people.
struct SnapshotClock {
  let now: Instant
  let wall: Date

  func date(_ instant: Instant) -> Date {
    wall.addingTimeInterval(now.duration(to: instant).seconds)
  }
}

extension SupervisorSnapshot {
  init(_ state: DriverState, name: String, clock: SnapshotClock) {
    let machine = state.machine
    self.init(
      name: name, path: state.path, state: machine.modeName, strategy: machine.plan.strategy,
      budgetLeft: machine.plan.intensity.restarts == .max ? nil : machine.window.budget(at: clock.now),
      children: machine.children.inOrder.map { ChildSnapshot(machine, $0, clock) },
      abandoned: machine.abandoned.map {
        AbandonedChild(id: $0.id, generation: $0.generation, since: clock.date($0.since))
      },
      takenAt: clock.wall, table: state.table)
  }

  func filled(with subtrees: [String: SupervisorSnapshot]) -> SupervisorSnapshot {
    guard !subtrees.isEmpty else { return self }
    var copy = self
    for index in copy.children.indices { copy.children[index].subtree = subtrees[copy.children[index].id] }
    return copy
  }
}

extension ChildSnapshot {
  init(_ machine: SupervisorMachine, _ slot: UInt32, _ clock: SnapshotClock) {
    let record = machine.children[slot]
    let until = record.phase == .restarting ? machine.ownDeadline : record.deadline
    self.init(
      id: record.child.id, kind: record.options.kind, state: ChildState(record.phase),
      generation: Int(record.starts), restarts: max(0, Int(record.starts) - 1),
      failures: Int(record.backoff.attempt),
      uptime: record.phase.isActive ? record.startedAt.duration(to: clock.now).seconds : nil,
      until: until < .distantFuture ? clock.date(until) : nil,
      lastExit: record.lastExit.map(String.init(describing:)), restart: record.options.restart)
  }
}

extension SupervisorMachine {
  var modeName: String {
    switch mode {
    case .idle: "idle"
    case .starting: "starting"
    case .running: "running"
    case .regrouping: "restarting"
    case .stopping: "stopping"
    }
  }

  var hasStarted: Bool {
    switch mode {
    case .running, .regrouping: isUp
    case .idle, .starting, .stopping: false
    }
  }
}
