import Holdfast

/// What a reload has to do: the difference of two configurations, by value and by child.
struct ConfigurationChange: Equatable, Sendable {
  /// Children that are new.
  var added: [String] = []
  /// Children that are gone.
  var removed: [String] = []
  /// Children whose process has to be replaced.
  var changed: [String] = []
  /// Children that keep running.
  var unchanged: [String] = []
  /// Groups that stop as a whole: they are gone, or their own rules differ.
  var stoppedGroups: [String] = []
  /// Groups that start as a whole.
  var startedGroups: [String] = []
  /// Kinds of jobs, queues, schedules, alarms, remedies, routes and maintenance that are new, gone or different, as `job thumbnail`.
  var jobs: [String] = []
  /// Settings that take effect only when the daemon is started again.
  var ignored: [String] = []

  init(from old: Configuration, to new: Configuration) {
    compareGroups(old, new)
    let (before, after) = (old.identities, new.identities)
    for child in new.childNames {
      guard let previous = before[child] else {
        added.append(child)
        continue
      }
      let isSame = previous == after[child] && !stoppedGroups.contains(previous.group ?? "")
      if isSame { unchanged.append(child) } else { changed.append(child) }
    }
    removed = old.childNames.filter { after[$0] == nil }
    compareSettings(old, new)
    compareJobs(old, new)
  }

  private mutating func compareGroups(_ old: Configuration, _ new: Configuration) {
    func isSame(_ group: GroupConfiguration, in other: Configuration) -> Bool {
      other.groups.contains { ($0.name, $0.strategy, $0.intensity) == (group.name, group.strategy, group.intensity) }
    }
    stoppedGroups = old.groups.filter { !isSame($0, in: new) }.map(\.name)
    startedGroups = new.groups.filter { !isSame($0, in: old) }.map(\.name)
  }

  private mutating func compareSettings(_ old: Configuration, _ new: Configuration) {
    let settings = [
      ("name", old.name == new.name), ("state", old.state == new.state), ("intensity", old.intensity == new.intensity),
      ("log", old.logLevel == new.logLevel), ("shutdown", old.shutdown == new.shutdown),
    ]
    ignored = settings.filter { !$0.1 }.map(\.0)
    // The store is opened once, before anything else.
    if old.hasStore != new.hasStore { ignored.append("jobs") }
    if old.hasStore, new.hasStore, old.store != new.store { ignored.append("store") }
    if old.hasStore, new.hasStore, old.drain != new.drain { ignored.append("drain") }
  }

  private mutating func compareJobs(_ old: Configuration, _ new: Configuration) {
    guard old.hasStore, new.hasStore else { return }
    jobs = Self.differences("job", old.jobs, new.jobs, by: \.kind)
    jobs += Self.differences("queue", old.queues, new.queues, by: \.name)
    jobs += Self.differences("partition", old.partitions, new.partitions, by: \.name)
    jobs += Self.differences("schedule", old.schedules, new.schedules, by: \.name)
    jobs += Self.differences("alarm", old.alarms, new.alarms, by: \.name)
    jobs += Self.differences("remedy", old.namedRemedies, new.namedRemedies, by: \.alarm)
    jobs += Self.differences("route", old.notify, new.notify, by: \.route.name)
    jobs += Self.differences("maintenance", old.maintenance, new.maintenance, by: \.name)
  }

  private static func differences<T: Equatable>(
    _ what: String, _ old: [T], _ new: [T], by name: (T) -> String
  ) -> [String] {
    let changed = new.filter { !old.contains($0) } + old.filter { item in !new.contains { name($0) == name(item) } }
    return changed.map { "\(what) \(name($0))" }
  }
}

/// A remedy under its alarm, to be compared.
private struct NamedRemedy: Equatable {
  let alarm: String
  let remedy: RemedyEntry
}

extension Configuration {
  fileprivate var namedRemedies: [NamedRemedy] {
    remedies.sorted { $0.key < $1.key }.map { NamedRemedy(alarm: "\($0.key)", remedy: $0.value) }
  }

  /// Every child in the order of the file.
  fileprivate var childNames: [String] { programs.flatMap(\.children) }

  fileprivate var identities: [String: ProgramConfiguration] {
    let pairs = programs.flatMap { program in program.children.map { ($0, program.identity) } }
    return Dictionary(pairs) { first, _ in first }
  }
}
