import Holdfast
import ServiceLifecycle

/// Sets and clears the alarms of programs, from the events of their tree.
struct ProgramWatch: Sendable {
  /// What it hears, in one order.
  private enum News: Sendable {
    case event(SupervisionEvent)
    /// What happened until now is to be seen from the tree.
    case missed
    case time
  }

  let alarms: Alarms
  let tree: ProgramTree

  /// Watches until it is cancelled.
  func run() async {
    let (events, news) = (tree.root.events(buffer: 10_000), Feed<News>(capacity: 10_000))
    await withDiscardingTaskGroup { group in
      group.addTask {
        for await item in events {
          if case .item(let event) = item { news.offer(.event(event))?() } else { news.offer(.missed)?() }
        }
        news.finish()
      }
      await listen(to: news)
    }
  }

  private func listen(to news: Feed<News>) async {
    let clock = alarms.store.clock
    var held = HeldReports()
    var timer: TimerToken?
    news.offer(.missed)?()
    for await item in news {
      switch item {
      case .item(.event(let event)): hear(event, &held)
      case .item(.missed), .dropped: correct(&held)
      case .item(.time): break
      }
      for report in held.takeDue(at: clock.now) { tell(report) }
      if let timer { clock.cancel(timer) }
      timer = held.nextWakeUp.map { clock.schedule(at: $0) { news.offer(.time)?() } }
    }
    if let timer { clock.cancel(timer) }
  }

  private func hear(_ event: SupervisionEvent, _ held: inout HeldReports) {
    guard let child = event.child else { return }
    if case .removed = event.kind { return forget(child, &held) }
    guard let program = tree.nursery.program(at: event.path) else { return }
    let reports = ProgramReports(child: child, hasProbe: program.ready != nil)
    tell(reports.reports(of: event.kind), of: child, program, &held)
  }

  /// Every program as it is now. One that has never been reported becomes known to be clear.
  private func correct(_ held: inout HeldReports) {
    let snapshot = tree.root.snapshot()
    let configuration = tree.nursery.configuration
    for target in NameResolver(configuration: configuration).all {
      let group = target.group.map { name in snapshot.children.first { $0.id == name }?.subtree?.children ?? [] }
      let child = (group ?? snapshot.children).first { $0.id == target.child }
      guard let program = configuration.program(target.program) else { continue }
      let reports = ProgramReports(child: target.child, hasProbe: program.ready != nil)
      tell(reports.reports(of: child?.state, lastExit: child?.lastExit), of: target.child, program, &held)
    }
  }

  /// A child that a reload took out of the file: what was said of it holds no more.
  private func forget(_ child: String, _ held: inout HeldReports) {
    guard tree.nursery.program(at: child) == nil else { return }
    for id in ProgramAlarm.all(of: child) {
      _ = held.hear(.clear(id), after: .zero, at: alarms.store.clock.now)
      if alarms.state(of: id) == .set { alarms.report(.clear(id)) }
    }
  }

  /// Not ready is every program for a while: it is told when half of the time that it has is over.
  private func tell(
    _ reports: [AlarmReport], of child: String, _ program: ProgramConfiguration, _ held: inout HeldReports
  ) {
    let unready = ProgramAlarm.unready.id(of: child)
    for report in reports {
      let patience = report.id == unready ? program.startDeadline / 2 : .zero
      if let report = held.hear(report, after: patience, at: alarms.store.clock.now) { tell(report) }
    }
  }

  /// What is clear already is not told again.
  private func tell(_ report: AlarmReport) {
    if case .clear(let id) = report, alarms.state(of: id) == .clear { return }
    alarms.report(report)
  }
}
