import Holdfast
import Synchronization

/// Running what another version of the file says, touching only what differs.
extension ProgramTree {
  /// Reads the file again; when it is wrong nothing changes.
  ///
  /// - Throws: A ``Failure`` with every problem of the file.
  func reload() async throws -> ReloadReport {
    let isFirst = isReloading.withLock { isReloading in
      defer { isReloading = true }
      return !isReloading
    }
    guard isFirst else { throw Failure(.failed, "a reload is under way: wait for its end") }
    defer { isReloading.withLock { $0 = false } }
    do {
      return await adopt(try ConfigurationFile.load(nursery.configuration.file))
    } catch let error as ConfigurationError {
      throw Failure(.usage, "nothing was changed, the file is wrong:\n\(error)")
    }
  }

  private func adopt(_ new: Configuration) async -> ReloadReport {
    let old = nursery.configuration
    let change = ConfigurationChange(from: old, to: new)
    let replaced = change.removed + change.changed
    for target in NameResolver(configuration: old).all.reversed() where replaced.contains(target.child) {
      guard let supervisor = supervisor(of: target.group, unless: change.stoppedGroups) else { continue }
      await remove(target.child, from: supervisor)
    }
    for group in change.stoppedGroups { await remove(group, from: root) }
    nursery.adopt(new, forgetting: replaced)
    let failures = await start(change, in: new) + adoptJobs(of: new)
    return ReloadReport(
      added: change.added, removed: change.removed, changed: change.changed, unchanged: change.unchanged,
      jobs: change.jobs, ignored: change.ignored, failures: failures)
  }

  /// A store that is opened stays; its file counts only at the start.
  private func adoptJobs(of new: Configuration) async -> [String] {
    guard let jobs, new.hasStore else { return [] }
    do {
      try await jobs.adopt(new)
      return []
    } catch {
      return ["jobs: \(error)"]
    }
  }

  private func supervisor(of group: String?, unless handled: [String]) -> Supervisor? {
    guard let group else { return root }
    return handled.contains(group) ? nil : nursery.group(group)
  }

  /// Whatever state it is in, afterwards it is gone; a child that is gone already is no mistake.
  private func remove(_ id: String, from supervisor: Supervisor) async {
    _ = try? await supervisor.terminateChild(id)
    try? supervisor.deleteChild(id)
  }

  private func start(_ change: ConfigurationChange, in new: Configuration) async -> [String] {
    let wanted = Set(change.added + change.changed)
    var failures: [String] = []
    for unit in (try? StartOrder(new))?.units ?? [] {
      switch unit {
      case .group(let name, _) where change.startedGroups.contains(name):
        failures += await start(nursery.group(named: name), in: root)
      case .group(let name, let members):
        guard let group = nursery.group(name) else { continue }
        failures += await start(members, wanted, in: group, new)
      case .program(let name): failures += await start([name], wanted, in: root, new)
      }
    }
    return failures
  }

  private func start(
    _ names: [String], _ wanted: Set<String>, in supervisor: Supervisor, _ new: Configuration
  ) async -> [String] {
    var failures: [String] = []
    for id in names.compactMap(new.program).flatMap(\.children) where wanted.contains(id) {
      guard let child = nursery.child(id) else { continue }
      failures += await start(child, in: supervisor)
    }
    return failures
  }

  private func start(_ child: Child, in supervisor: Supervisor) async -> [String] {
    do {
      try await supervisor.startChild(child)
      return []
    } catch {
      return ["\(child.id): \(error.underlying.map { "\($0)" } ?? error.reason)"]
    }
  }
}
