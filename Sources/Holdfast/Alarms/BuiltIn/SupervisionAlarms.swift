public import ServiceLifecycle

/// Sets alarms about the children of a supervision tree, from its events: `child.down(<path>)`,
/// `child.abandoned(<path>)` and `supervisor.limitReached(<path>)`.
///
/// ```swift
/// Supervisor("app", children: [Child("alarms") { alarms }, Child("watch") { SupervisionAlarms(of: web, alarms) }, …])
/// ```
///
/// A child is down from a failure until it is ready again, or is stopped or removed by somebody.
public struct SupervisionAlarms<Tree: SupervisionTree>: Service {
  private let tree: Tree
  private let alarms: Alarms
  private let tellsDown: @Sendable (_ path: String) -> Bool

  /// A watch over a tree and everything below it.
  public init(of tree: Tree, _ alarms: Alarms) {
    self.init(of: tree, alarms) { _ in true }
  }

  /// A watch that leaves it to somebody else whether some children are down.
  package init(of tree: Tree, _ alarms: Alarms, tellsDown: @escaping @Sendable (_ path: String) -> Bool) {
    self.tree = tree
    self.alarms = alarms
    self.tellsDown = tellsDown
  }

  /// Watches until it is asked to stop.
  public func run() async throws {
    let events = tree.events(buffer: 4096)
    await cancelWhenGracefulShutdown {
      correct()
      for await item in events {
        switch item {
        case .item(let event): tell(SupervisionReports.reports(of: event), of: event.path)
        case .dropped: correct()
        }
      }
    }
  }

  /// What is not true any more, because it was told by another process or its end was missed, is cleared.
  private func correct() {
    let paths = SupervisionReports.Paths(tree.snapshot())
    for view in alarms.list(atLeast: .debug) {
      guard let report = paths.correction(of: view.status.id) else { continue }
      alarms.report(report)
    }
    for path in paths.down where tellsDown(path) {
      alarms.report(.set(.about(SupervisionReports.down, path), severity: .error))
    }
  }

  private func tell(_ reports: [AlarmReport], of path: String) {
    for report in reports where report.id.type != SupervisionReports.down || tellsDown(path) {
      // What was never set need not be known to be clear: there may be very many children.
      if case .clear(let id) = report, alarms.state(of: id) != .set { continue }
      alarms.report(report)
    }
  }
}
