import Holdfast
import HoldfastPrograms
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The programs of a file as a tree of supervision.
final class ProgramTree: Sendable {
  let nursery: Nursery
  let root: Supervisor
  /// Nil when the file describes no jobs.
  let jobs: JobService?
  let isReloading = Mutex(false)

  init(_ configuration: Configuration, jobs: JobService?, follow: @escaping Nursery.Follow) throws {
    self.jobs = jobs
    nursery = Nursery(configuration, follow: follow)
    root = Supervisor(
      configuration.name, intensity: configuration.intensity, shutdown: configuration.shutdown,
      children: (jobs.map { $0.alarms.children($0) } ?? []) + (try nursery.rootChildren())
        + (jobs.map { [$0.schedulerChild(), $0.child()] } ?? []))
    jobs?.alarms.actions.tree = self
  }

  var resolver: NameResolver { NameResolver(configuration: nursery.configuration) }

  /// Makes a stop quicker, in groups too.
  func hurry() {
    root.hurry()
    for group in nursery.runningGroups { group.hurry() }
  }

  /// The state of these children, or of all.
  func status(_ names: [String]) throws -> [ProgramStatus] {
    let targets = names.isEmpty ? resolver.all : try resolver.resolve(names)
    let snapshot = root.snapshot()
    return targets.map { status($0, snapshot) }
  }

  private func status(_ target: NameResolver.Target, _ snapshot: SupervisorSnapshot) -> ProgramStatus {
    let group = target.group.flatMap { name in snapshot.children.first { $0.id == name } }
    let siblings = target.group == nil ? snapshot.children : group?.subtree?.children
    let child = siblings?.first { $0.id == target.child }
    let monitor = nursery.monitor(of: target.child)?.status
    let state = child?.state ?? group?.state ?? .stopped
    return ProgramStatus(
      name: target.child, group: target.group, state: state.rawValue, pid: monitor?.process,
      uptime: monitor?.process == nil ? nil : monitor?.startedAt.map { Date().timeIntervalSince($0) },
      restarts: child?.restarts ?? 0, ready: child?.state == .running && monitor?.isReady == true,
      waitingUntil: state == .waiting ? (child ?? group)?.until : nil, lastExit: child?.lastExit ?? group?.lastExit)
  }

  /// How far the start has come when every program has had its turn, in words.
  func readiness(after time: Duration) -> String {
    let programs = ((try? status([])) ?? []).filter { $0.state != "stopped" }
    let missing = programs.filter { !$0.ready && $0.state != "finished" }
    if missing.isEmpty { return "all programs ready after \(time.rounded)" }
    let names = missing.map { "\($0.name) (\($0.state))" }.joined(separator: ", ")
    return
      "\(programs.count - missing.count) of \(programs.count) programs ready after \(time.rounded); not ready: \(names)"
  }

  /// The tree in one of the formats of the command.
  func tree(_ format: String?) throws -> String {
    let snapshot = root.snapshot()
    switch format {
    case "json": return try JSONLine.encode(snapshot)
    case "mermaid": return try JSONLine.encode(TreeReport(tree: snapshot.mermaid))
    default: return try JSONLine.encode(TreeReport(tree: snapshot.text))
    }
  }
}
