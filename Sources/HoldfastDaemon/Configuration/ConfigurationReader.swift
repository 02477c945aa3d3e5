import Holdfast
import Logging
import Yams

/// What reading a file needs to know of the machine, injected so that tests do not depend on it.
struct Surroundings {
  /// The daemon's own environment.
  var environment: [String: String]
  /// Whether an absolute path is a file that may be executed.
  var isExecutable: (String) -> Bool
  /// Whether an absolute path is a folder.
  var isFolder: (String) -> Bool
  /// Whether there is a user of this name or number.
  var hasUser: (String) -> Bool
  /// Whether there is a group of this name or number.
  var hasGroup: (String) -> Bool
}

/// Turns the text of a file into a ``Configuration``, or into all of its problems.
struct ConfigurationReader {
  /// The file as the user named it, for messages.
  let file: String
  /// The file, absolute.
  let path: String
  let surroundings: Surroundings

  static let keys = [
    "name", "state", "programs", "groups", "intensity", "log", "shutdown", "store", "queues", "partitions", "jobs",
    "drain", "schedules", "alarms", "remedies", "notify", "maintenance",
  ]

  private var folder: String { Paths.parent(of: path) }

  func read(_ text: String) throws -> Configuration {
    let problems = ProblemList()
    let result = try YAMLText.root(of: text, file, problems).flatMap {
      configuration(Field(node: $0, path: "", problems: problems))
    }
    guard problems.sorted.isEmpty else { throw ConfigurationError(file: file, problems: problems.sorted) }
    guard let result else {
      let empty = Problem("is empty: describe at least one program under `programs:`")
      throw ConfigurationError(file: file, problems: [empty])
    }
    return result
  }

  private func configuration(_ field: Field) -> Configuration? {
    if field.isNothing { return nil }
    guard let map = field.map("of settings", keys: Self.keys) else { return nil }
    let folderName = Paths.name(of: folder)
    var configuration = Configuration(
      file: path, name: folderName.isEmpty ? "holdfast" : folderName, state: Paths.resolve(".holdfast", in: folder))
    map.read("name", into: &configuration.name) { $0.name() }
    map.read("state", into: &configuration.state) { $0.string("a path").map { Paths.resolve($0, in: folder) } }
    map.read("intensity", into: &configuration.intensity) { $0.intensity() }
    map.read("log", into: &configuration.logLevel) { $0.choice() }
    map.read("shutdown", into: &configuration.shutdown) { $0.duration(zero: false) }
    map.read("groups", into: &configuration.groups) { groups($0) }
    map.read("programs", into: &configuration.programs) { programs($0, configuration.state) }
    readJobs(map, into: &configuration)
    readAlarms(map, into: &configuration)
    let isWorthwhile =
      ["jobs", "alarms", "remedies"].contains { map[$0] != nil }
      || map.required("programs", "a mapping from names to programs") != nil
    if isWorthwhile { ReferenceCheck(configuration: configuration, map: map).run() }
    return configuration
  }

  private func readJobs(_ map: FieldMap, into configuration: inout Configuration) {
    configuration.store = configuration.state + "/holdfast.db"
    map.read("store", into: &configuration.store) { store($0) }
    map.read("queues", into: &configuration.queues) { QueueReader().queues($0) }
    map.read("partitions", into: &configuration.partitions) { QueueReader().partitions($0) }
    map.read("drain", into: &configuration.drain) { $0.duration(zero: false) }
    let reader = JobReader(programs: ProgramReader(folder: folder, surroundings: surroundings))
    map.read("jobs", into: &configuration.jobs) { reader.jobs($0) }
    map.read("schedules", into: &configuration.schedules) { ScheduleReader().schedules($0) }
    addDefaultQueue(to: &configuration)
  }

  private func readAlarms(_ map: FieldMap, into configuration: inout Configuration) {
    let reader = AlarmReader(programs: ProgramReader(folder: folder, surroundings: surroundings))
    map.read("alarms", into: &configuration.alarms) { reader.alarms($0) }
    map.read("remedies", into: &configuration.remedies) { reader.remedies($0) }
    map.read("notify", into: &configuration.notify) { RouteReader(alarms: reader).routes($0) }
    map.read("maintenance", into: &configuration.maintenance) { MaintenanceReader().windows($0) }
    // A queue of its own: what stops other work must not keep people from being told.
    if configuration.hasAlarms, !configuration.queueNames.contains(Configuration.notificationQueue) {
      configuration.queues.append(QueueEntry(name: Configuration.notificationQueue, workers: 4))
    }
  }

  private func addDefaultQueue(to configuration: inout Configuration) {
    let usesDefault = configuration.jobs.contains { $0.queue == "default" }
    if usesDefault, !configuration.queueNames.contains("default") {
      configuration.queues.append(QueueEntry(name: "default"))
    }
  }

  private func store(_ field: Field) -> String? {
    guard let text = field.string("a path") else { return nil }
    if text.contains("://") { return field.fail("`\(text)` is an address: only files are supported, give a path") }
    return Paths.resolve(text, in: folder)
  }

  private func groups(_ field: Field) -> [GroupConfiguration]? {
    if field.isNothing { return [] }
    return field.entries("from names to groups")?.compactMap { entry in
      guard let name = entry.keyField.name() else { return nil }
      var group = GroupConfiguration(name: name)
      if entry.value.isNothing { return group }
      guard let map = entry.value.map("that describes a group", keys: ["strategy", "intensity", "after"]) else {
        return group
      }
      map.read("strategy", into: &group.strategy) { $0.choice() }
      map.read("intensity", into: &group.intensity) { $0.intensity() }
      map.read("after", into: &group.after) { $0.names() }
      return group
    }
  }

  private func programs(_ field: Field, _ state: String) -> [ProgramConfiguration]? {
    guard let entries = field.entries("from names to programs") else { return nil }
    if entries.isEmpty { return field.fail("describe at least one program") }
    let reader = ProgramReader(folder: folder, surroundings: surroundings)
    return entries.compactMap { entry in
      entry.keyField.name().flatMap { reader.read($0, entry.value) }
    }
  }
}
