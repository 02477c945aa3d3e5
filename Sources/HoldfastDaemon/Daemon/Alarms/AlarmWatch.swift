import Holdfast
import ServiceLifecycle

/// Sets and clears the daemon's own alarms: about programs, supervisors, jobs and the machine.
struct AlarmWatch: Service {
  let alarms: Alarms
  let tree: ProgramTree
  let jobs: JobService

  func run() async throws {
    try await withThrowingDiscardingTaskGroup { [self] group in
      group.addTask { await watchPrograms() }
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

  private func watchPrograms() async {
    let events = tree.root.events(buffer: 10_000)
    await cancelWhenGracefulShutdown {
      correct()
      for await item in events {
        switch item {
        case .item(let event): tell(event)
        case .dropped: correct()
        }
      }
    }
  }

  private func tell(_ event: SupervisionEvent) {
    guard let child = event.child else { return }
    if case .removed = event.kind { return forget(child) }
    guard let program = tree.nursery.program(at: event.path) else { return }
    let reports = ProgramReports(child: child, hasProbe: program.ready != nil)
    for report in reports.reports(of: event.kind) { tell(report) }
  }

  /// Every program as it is now. One that has never been reported becomes known to be clear.
  private func correct() {
    let snapshot = tree.root.snapshot()
    let configuration = tree.nursery.configuration
    for target in NameResolver(configuration: configuration).all {
      let group = target.group.map { name in snapshot.children.first { $0.id == name }?.subtree?.children ?? [] }
      let child = (group ?? snapshot.children).first { $0.id == target.child }
      let hasProbe = configuration.program(target.program)?.ready != nil
      let reports = ProgramReports(child: target.child, hasProbe: hasProbe)
      for report in reports.reports(of: child?.state, lastExit: child?.lastExit) { tell(report) }
    }
  }

  /// A child that a reload took out of the file: what was said of it holds no more.
  private func forget(_ child: String) {
    guard tree.nursery.program(at: child) == nil else { return }
    for id in ProgramAlarm.all(of: child) where alarms.state(of: id) == .set { alarms.report(.clear(id)) }
  }

  /// What is clear already is not told again.
  private func tell(_ report: AlarmReport) {
    if case .clear(let id) = report, alarms.state(of: id) == .clear { return }
    alarms.report(report)
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
