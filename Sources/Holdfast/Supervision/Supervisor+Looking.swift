import Synchronization

/// Looking at a supervisor; none of it waits for a child or delays a restart.
extension Supervisor {
  /// OTP's `count_children`, in O(1).
  public struct Counts: Sendable, Hashable, Codable {
    /// Specifications, running or not.
    public let specifications: Int
    /// Children whose task exists.
    public let active: Int
    /// Specifications of workers.
    public let workers: Int
    /// Specifications of supervisors.
    public let supervisors: Int
    /// Children in each state.
    public let states: [ChildState: Int]
    /// Generations abandoned since the supervisor was made.
    public let abandoned: Int
    /// Starts after the first one of a child, since the supervisor was made.
    public let restarts: Int
  }

  /// How many children there are, and in which states.
  public var counts: Counts {
    state.withLock { state in
      let children = state.machine.children
      return Counts(
        specifications: children.count, active: children.active, workers: children.count - children.supervisors,
        supervisors: children.supervisors,
        states: Dictionary(uniqueKeysWithValues: Phase.allCases.map { (ChildState($0), children[$0]) }),
        abandoned: state.machine.totals.abandoned, restarts: state.machine.totals.restarts)
    }
  }

  /// The ids, in start order.
  public var children: [String] {
    state.withLock { state in state.machine.children.inOrder.map { state.machine.children[$0].child.id } }
  }

  /// The state of one child; nil when there is none of that id.
  public func state(of id: String) -> ChildState? {
    state.withLock { state in
      state.machine.children.slot(of: id).map { ChildState(state.machine.children[$0].phase) }
    }
  }

  /// The specification of a child with all defaults filled in (OTP's `get_childspec`).
  ///
  /// - Throws: ``SupervisorError`` with code `notFound`.
  public func specification(of id: String) throws(SupervisorError) -> Child {
    let child = state.withLock { state in state.machine.children.slot(of: id).map { state.machine.children[$0].child } }
    guard let child else { throw located(SupervisorError(.notFound, child: id, "no child has this id")) }
    return child
  }

  /// The whole tree, as it is now.
  public func snapshot() -> SupervisorSnapshot {
    let clock = SnapshotClock(now: timeline.now, wall: timeline.wall)
    let (snapshot, nested) = state.withLock { state in
      (SupervisorSnapshot(state, name: name, clock: clock), state.nestedByID)
    }
    return snapshot.filled(with: nested.mapValues { $0.snapshot() })
  }
}

extension DriverState {
  var nestedByID: [String: Supervisor] {
    let pairs = nested.compactMap { reference, supervisor in
      machine.children.current(reference).map { (machine.children[$0].child.id, supervisor) }
    }
    return Dictionary(pairs, uniquingKeysWith: { $1 })
  }
}
