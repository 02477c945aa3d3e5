import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Several dynamic supervisors under one, so that very many starts and ends do not wait for one lock (S35).
///
/// ```swift
/// let sessions = PartitionedSupervisor<Connection>("sessions") { connection, _ in try await serve(connection) }
/// try await sessions.startChild(connection, key: connection.user)
/// ```
///
/// A key always leads to the same partition within a run of the process. Ids read `partition/number`.
public final class PartitionedSupervisor<Argument: Sendable>: Subtree {
  let root: Supervisor
  private let partitions: [DynamicSupervisor<Argument>]
  private let turn = Atomic<UInt>(0)

  /// Partitions without children; nothing runs before ``run()``.
  ///
  /// - Parameters:
  ///   - name: Names it in paths, logs and metrics; partitions are named by numbers from 0.
  ///   - partitions: How many, ≥ 1 (less counts as 1). Default one for each active processor.
  ///   - template: How every child is restarted and stopped.
  ///   - intensity: How many restarts *each partition* tolerates. Default five immediate ones in 30 s, then escalate:
  ///     the partition starts anew, and the whole after five such restarts.
  ///   - maxChildren: The most children of *each partition*, ≥ 0. Default no limit.
  ///   - timeline: The clock. Default real time.
  ///   - around: Wraps each generation of each child. Default nothing.
  ///   - body: What a child runs.
  public init(
    _ name: String, partitions: Int? = nil,
    template: Child.Options = Child.Options(), intensity: Intensity = .standard, maxChildren: Int = .max,
    timeline: any Timeline = .system, around: Supervisor.Around? = nil,
    body: @escaping DynamicSupervisor<Argument>.Body
  ) {
    let count = partitions ?? ProcessInfo.processInfo.activeProcessorCount
    let partitions = (0..<max(1, count)).map { number in
      DynamicSupervisor(
        String(number), template: template, intensity: intensity, maxChildren: maxChildren, timeline: timeline,
        around: around, body: body)
    }
    var plan = SupervisorPlan()
    plan.stopOrder = .together
    plan.children = partitions.map { .supervisor($0) }
    root = Supervisor(name, plan, timeline: timeline)
    self.partitions = partitions
  }

  /// Runs all partitions until it is asked to stop. See ``Supervisor/run()``.
  public func run() async throws { try await root.run() }

  func run(onEntry: (_ stop: @escaping @Sendable () -> Void) -> Void) async throws {
    try await root.run(onEntry: onEntry)
  }

  /// Starts a child in the partition of a key; see ``DynamicSupervisor/startChild(_:)``.
  @discardableResult
  public func startChild(_ argument: Argument, key: some Hashable) async throws(SupervisorError) -> DynamicChild {
    var hasher = Hasher()
    hasher.combine(key)
    return try await startChild(argument, in: UInt(bitPattern: hasher.finalize()))
  }

  /// Starts a child in the next partition, in turn; see ``DynamicSupervisor/startChild(_:)``.
  @discardableResult
  public func startChild(_ argument: Argument) async throws(SupervisorError) -> DynamicChild {
    try await startChild(argument, in: turn.wrappingAdd(1, ordering: .relaxed).oldValue)
  }

  private func startChild(_ argument: Argument, in number: UInt) async throws(SupervisorError) -> DynamicChild {
    let partition = Int(number % UInt(partitions.count))
    let child = try await partitions[partition].startChild(argument)
    return DynamicChild(id: "\(partition)/\(child.id)", started: child.started)
  }

  /// Ends a child; see ``DynamicSupervisor/terminateChild(_:)``.
  @discardableResult
  public func terminateChild(_ id: String) async throws(SupervisorError) -> Exit {
    let parts = id.split(separator: "/", maxSplits: 1)
    guard parts.count == 2, let number = Int(parts[0]), partitions.indices.contains(number) else {
      throw root.located(SupervisorError(.notFound, child: id, "no child has this id; ids read partition/number"))
    }
    return try await partitions[number].terminateChild(String(parts[1]))
  }

  /// The children of all partitions, counted in O(partitions). Partitions themselves are not counted.
  public var counts: Supervisor.Counts {
    partitions.dropFirst().reduce(partitions[0].counts) { $0 + $1.counts }
  }

  /// The ids of all children, partition by partition.
  public var children: [String] {
    partitions.flatMap { partition in partition.children.map { "\(partition.name)/\($0)" } }
  }

  /// The last part of its path.
  public var name: String { root.name }

  /// How long a stop may take.
  public var shutdownBound: Duration { root.shutdownBound }

  /// Asks it to stop: all children at once. Returns at once; see ``Supervisor/stop()``.
  public func stop() { root.stop() }

  /// The whole tree, as it is now.
  public func snapshot() -> SupervisorSnapshot { root.snapshot() }

  /// What happens in it and below it, from now on; see ``Supervisor/events(buffer:)``.
  public func events(buffer: Int = 1024) -> Feed<SupervisionEvent> { root.events(buffer: buffer) }
}

extension Supervisor.Counts {
  static func + (lhs: Self, rhs: Self) -> Self {
    Self(
      specifications: lhs.specifications + rhs.specifications, active: lhs.active + rhs.active,
      workers: lhs.workers + rhs.workers, supervisors: lhs.supervisors + rhs.supervisors,
      states: lhs.states.merging(rhs.states, uniquingKeysWith: +), abandoned: lhs.abandoned + rhs.abandoned,
      restarts: lhs.restarts + rhs.restarts)
  }
}
