import Holdfast
import ServiceLifecycle

/// Sets and clears the daemon's own alarms: about programs, supervisors, jobs and the machine.
struct AlarmWatch: Service {
  let alarms: Alarms
  let tree: ProgramTree
  let jobs: JobService

  func run() async throws {
    try await withThrowingDiscardingTaskGroup { [self] group in
      group.addTask { await cancelWhenGracefulShutdown { await ProgramWatch(alarms: alarms, tree: tree).run() } }
      group.addTask { try await MachineAlarms(alarms, paths: [tree.nursery.configuration.state]).run() }
      group.addTask {
        // Programs have alarms under their own names.
        try await SupervisionAlarms(of: tree.root, alarms) { tree.nursery.program(at: $0) == nil }.run()
      }
      for await runner in jobs.runners().cancelOnGracefulShutdown() {
        group.addTask { try await JobAlarms(of: runner, alarms).run() }
      }
    }
  }
}

extension ProgramTree {
  /// Whether an alarm is one of those that the daemon keeps about its programs.
  func keeps(_ id: AlarmID) -> Bool {
    let type = id.type
    guard let end = type.lastIndex(of: "."), ProgramAlarm(rawValue: String(type[end...].dropFirst())) != nil else {
      return false
    }
    return nursery.program(at: String(type[..<end])) != nil
  }
}

extension Nursery {
  /// The program behind a path of the tree, such as `shop/front/web-2`; nil for groups and for what is the daemon's own.
  func program(at path: String) -> ProgramConfiguration? {
    guard let child = path.split(separator: "/").last.map(String.init) else { return nil }
    return configuration.programs.first { $0.children.contains(child) }
  }
}
