import Holdfast
import HoldfastPrograms
import Synchronization

/// Makes the children of the tree from the configuration as it is now, and knows their monitors.
///
/// A group is made anew each time it starts, so that one that restarts after a reload runs what the file says now.
final class Nursery: Sendable {
  private struct State {
    var configuration: Configuration
    var monitors: [String: ProgramMonitor] = [:]
    var groups: [String: Supervisor] = [:]
    var observers: [Int: AsyncStream<Void>.Continuation] = [:]
    var lastObserver = 0
  }

  static let groupStartDeadline = Duration.seconds(300)

  /// Called with each monitor as it is made, to follow what its program writes, and with nil when it is forgotten.
  typealias Follow = @Sendable (_ child: String, ProgramMonitor?) -> Void

  private let state: Mutex<State>
  private let follow: Follow
  /// The state folder; a reload does not move it.
  private let folder: String

  init(_ configuration: Configuration, follow: @escaping Follow) {
    state = Mutex(State(configuration: configuration))
    folder = configuration.state
    self.follow = follow
  }

  var configuration: Configuration { state.withLock { $0.configuration } }

  func monitor(of child: String) -> ProgramMonitor? { state.withLock { $0.monitors[child] } }

  /// The supervisor of a group that has been started.
  func group(_ name: String) -> Supervisor? { state.withLock { $0.groups[name] } }

  var runningGroups: [Supervisor] { state.withLock { Array($0.groups.values) } }

  /// A tick now, and whenever monitors were made or forgotten since the last one that was taken.
  func changes() -> AsyncStream<Void> {
    let (stream, source) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number = state.withLock { state in
      state.lastObserver += 1
      state.observers[state.lastObserver] = source
      return state.lastObserver
    }
    source.onTermination = { [weak self] _ in self?.state.withLock { $0.observers[number] = nil } }
    source.yield()
    return stream
  }

  private func tellObservers() {
    for observer in state.withLock({ Array($0.observers.values) }) { observer.yield() }
  }

  /// From now on children are made from another configuration; these no longer have what the old one said of them.
  func adopt(_ configuration: Configuration, forgetting children: [String]) {
    let forgotten = state.withLock { state in
      state.configuration = configuration
      return children.compactMap { state.monitors.removeValue(forKey: $0) }
    }
    for child in children { follow(child, nil) }
    for monitor in forgotten { monitor.log.finish() }
    tellObservers()
  }

  /// All children of the root, in start order; each starts as soon as what it names in `after:` is up.
  func rootChildren() throws -> [Child] {
    let order = try StartOrder(configuration)
    let made = order.units.map { unit in
      switch unit {
      case .program(let name): (name: name, children: programs([name]))
      case .group(let name, _): (name: name, children: [group(named: name)])
      }
    }
    let ids = Dictionary(made.map { ($0.name, $0.children.map(\.id)) }) { first, _ in first }
    return made.flatMap { name, children in
      gated(children, after: (order.needs[name] ?? []).flatMap { ids[$0] ?? [] })
    }
  }

  private func gated(_ children: [Child], after ids: [String]) -> [Child] {
    children.map { child in
      var child = child
      child.options.gate = .after(Set(ids))
      return child
    }
  }

  /// A group as a child of the root.
  func group(named name: String) -> Child {
    // The stop of the group bounds itself; this is only the longest it can take.
    let shutdown = ShutdownPolicy(grace: .seconds(61), cancellation: .seconds(1))
    var child = Child(name, shutdown: shutdown, startDeadline: Self.groupStartDeadline, startMayFail: true) { [self] in
      try makeGroup(name)
    }
    child.options.kind = .supervisor
    return child
  }

  /// One program or replica.
  func child(_ id: String) -> Child? {
    let configuration = configuration
    guard let program = configuration.programs.first(where: { $0.children.contains(id) }) else { return nil }
    return program.child(id, state: folder, monitor: monitor(id, program))
  }

  private func makeGroup(_ name: String) throws -> Supervisor {
    let configuration = configuration
    let group = configuration.groups.first { $0.name == name } ?? GroupConfiguration(name: name)
    let members = try StartOrder(configuration).units.lazy.compactMap { unit in
      if case .group(name, let members) = unit { members } else { nil }
    }.first
    let supervisor = Supervisor(
      name, strategy: group.strategy, intensity: group.intensity,
      children: group.strategy == .restForOne ? programs(members ?? []) : membersAfterNeeds(members ?? []))
    state.withLock { $0.groups[name] = supervisor }
    return supervisor
  }

  /// Under `restForOne` the order itself has a meaning; otherwise only `after:` has.
  private func membersAfterNeeds(_ names: [String]) -> [Child] {
    let configuration = configuration
    return names.compactMap(configuration.program).flatMap { program in
      let needs = program.after.filter(names.contains).compactMap(configuration.program).flatMap(\.children)
      return gated(program.children.compactMap(child), after: needs)
    }
  }

  private func programs(_ names: [String]) -> [Child] {
    let configuration = configuration
    return names.compactMap(configuration.program).flatMap { $0.children.compactMap(child) }
  }

  /// The same monitor over all generations, so that the lines of earlier ones can be read.
  private func monitor(_ id: String, _ program: ProgramConfiguration) -> ProgramMonitor {
    let (monitor, isNew) = state.withLock { state in
      if let monitor = state.monitors[id] { return (monitor, false) }
      let monitor = ProgramMonitor(program.program(id, state: folder).logs)
      state.monitors[id] = monitor
      return (monitor, true)
    }
    if isNew {
      follow(id, monitor)
      tellObservers()
    }
    return monitor
  }
}
