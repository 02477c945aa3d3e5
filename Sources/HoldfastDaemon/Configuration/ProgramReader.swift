import Holdfast

/// Reads one entry under `programs:`.
struct ProgramReader {
  /// The folder of the file: relative paths are seen from here.
  let folder: String
  let surroundings: Surroundings

  static let keys = [
    "command", "shell", "directory", "environment", "inherit", "user", "umask", "nice", "resources", "ready",
    "restart", "backoff", "limit", "stop", "after", "replicas", "group", "logs", "success", "autostart",
  ]

  func read(_ name: String, _ field: Field) -> ProgramConfiguration? {
    guard let map = field.map("that describes a program", keys: Self.keys) else { return nil }
    var program = ProgramConfiguration(name: name, command: [], directory: folder)
    readProcess(map, into: &program)
    readPolicies(map, into: &program)
    readReadiness(map, into: &program)
    map.read("logs", into: &program.logs) { logs($0) }
    readCommand(map, into: &program)
    return program
  }

  /// What a job of this kind executes: the keys that say what a process is, and how it is stopped.
  func readCommand(of kind: String, _ map: FieldMap) -> ProgramConfiguration {
    var program = ProgramConfiguration(name: kind, command: [], directory: folder)
    readProcess(map, into: &program)
    map.read("stop", into: &program.stop) { $0.stopSteps() }
    readCommand(map, into: &program)
    return program
  }

  private func readProcess(_ map: FieldMap, into program: inout ProgramConfiguration) {
    map.read("directory", into: &program.directory) { directory($0) }
    map.read("environment", into: &program.environment) { environment($0) }
    map.read("inherit", into: &program.inherit) { inheritance($0) }
    map.read("user", into: &program.user) { account($0) }
    map.read("umask", into: &program.umask) { $0.umask() }
    map.read("nice", into: &program.nice) { $0.integer(-20...19) }
    map.read("resources", into: &program.resources) { resources($0) }
  }

  private func readPolicies(_ map: FieldMap, into program: inout ProgramConfiguration) {
    map.read("restart", into: &program.restart) { $0.choice() }
    map.read("backoff", into: &program.backoff) { BackoffConfiguration($0) }
    map.read("limit", into: &program.limit) { $0.failureLimit() }
    map.read("stop", into: &program.stop) { $0.stopSteps() }
    map.read("after", into: &program.after) { $0.names() }
    map.read("replicas", into: &program.replicas) { $0.integer(1...1000) }
    map.read("group", into: &program.group) { $0.name() }
    map.read("success", into: &program.success) { $0.exitCodes() }
    map.read("autostart", into: &program.autostart) { $0.bool() }
  }

  private func directory(_ field: Field) -> String? {
    guard let path = field.string("a path").map({ Paths.resolve($0, in: folder) }) else { return nil }
    return surroundings.isFolder(path) ? path : field.fail("there is no folder \(path): create it or correct the path")
  }

  private func account(_ field: Field) -> String? {
    guard let text = field.user() else { return nil }
    let parts = text.split(separator: ":").map(String.init)
    guard surroundings.hasUser(parts[0]) else {
      return field.fail("there is no user `\(parts[0])`: create it or correct the name")
    }
    guard parts.count < 2 || surroundings.hasGroup(parts[1]) else {
      return field.fail("there is no group `\(parts[1])`: create it or correct the name")
    }
    return text
  }

  private func environment(_ field: Field) -> [String: String]? {
    if field.isNothing { return [:] }
    guard let entries = field.entries("from names to values") else { return nil }
    var values: [String: String] = [:]
    for entry in entries {
      if entry.key.isEmpty || entry.key.contains("=") {
        let _: Never? = entry.keyField.fail("`\(entry.key)` is no name for a variable: it is empty or has a `=`")
      }
      // An empty value is meant: `NAME:` sets a variable to nothing.
      values[entry.key] = entry.value.isNothing ? "" : entry.value.string()
    }
    return values
  }

  private func inheritance(_ field: Field) -> Inheritance? {
    guard field.text == nil else {
      return field.choice(among: ["all", "none"]).map { $0 == "all" ? .all : .none }
    }
    return field.list(of: "names") { $0.string("a name") }.map { .names($0) }
  }

  private func resources(_ field: Field) -> ResourceConfiguration? {
    let keys = ["memory", "files", "cpu", "processes", "core", "fileSize"]
    guard let map = field.map("of limits", keys: keys) else { return nil }
    var resources = ResourceConfiguration()
    map.read("memory", into: &resources.memory) { $0.size() }
    map.read("files", into: &resources.files) { $0.integer(3...1_000_000_000).map(UInt64.init) }
    map.read("cpu", into: &resources.cpu) { $0.duration(zero: false).map { max(1, UInt64($0.components.seconds)) } }
    map.read("processes", into: &resources.processes) { $0.integer(1...1_000_000_000).map(UInt64.init) }
    map.read("core", into: &resources.core) { $0.size() }
    map.read("fileSize", into: &resources.fileSize) { $0.size() }
    return resources
  }

  private func logs(_ field: Field) -> LogConfiguration? {
    guard let map = field.map("of log settings", keys: ["file", "size", "keep", "ring"]) else { return nil }
    var logs = LogConfiguration()
    map.read("file", into: &logs.file) { field in
      field.string("a path or none").map { $0 == "none" ? .none : .path(Paths.resolve($0, in: folder)) }
    }
    map.read("size", into: &logs.size) { field in
      field.size().flatMap { $0 >= 1024 ? $0 : field.expected("a size of at least 1KiB") }
    }
    map.read("keep", into: &logs.keep) { $0.integer(1...100) }
    map.read("ring", into: &logs.ring) { $0.integer(1...100_000) }
    return logs
  }

  private func readReadiness(_ map: FieldMap, into program: inout ProgramConfiguration) {
    guard let field = map["ready"],
      let ready = field.map("that describes a probe", keys: ["http", "tcp", "exec", "line", "within"])
    else { return }
    ready.read("within", into: &program.startDeadline) { $0.duration(zero: false) }
    let given = ["http", "tcp", "exec", "line"].filter { ready[$0] != nil }
    guard given.count == 1, let kind = given.first, let probe = ready[kind] else {
      let _: Never? = field.fail("give exactly one of http, tcp, exec and line")
      return
    }
    program.ready = probe.readiness(kind)
  }

  private func readCommand(_ map: FieldMap, into program: inout ProgramConfiguration) {
    switch (map["command"], map["shell"]) {
    case (let field?, nil):
      guard let command = field.list(of: "an executable and its arguments", { $0.argument() }) else { return }
      guard let executable = command.first, !executable.isEmpty else {
        let _: Never? = field.expected("an executable and its arguments")
        return
      }
      program.command = command
      check(executable, field, program)
    case (nil, let field?): program.command = ["/bin/sh", "-c", field.string("a command line") ?? ""]
    case (nil, nil):
      let _: Never? = map.field.fail(
        "`command` is missing: give the executable and its arguments as a list, or `shell`")
    case (_?, let field?): let _: Never? = field.fail("give `command` or `shell`, not both")
    }
  }

  private func check(_ executable: String, _ field: Field, _ program: ProgramConfiguration) {
    let search = ExecutableSearch(program: program, surroundings: surroundings)
    guard surroundings.isFolder(program.directory), search.find(executable) == nil else { return }
    let place = executable.contains("/") ? Paths.resolve(executable, in: program.directory) : "PATH (\(search.path))"
    let node = field.first
    let _: Never? = Field(node: node, path: field.path, problems: field.problems).fail(
      executable.contains("/")
        ? "there is no executable file \(place): correct the path or make it executable (chmod +x)"
        : "`\(executable)` is not in \(place): install it, or give its path")
  }
}
