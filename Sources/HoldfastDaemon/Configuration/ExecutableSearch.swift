/// Finds executables as a program's own environment does.
struct ExecutableSearch {
  let program: ProgramConfiguration
  let surroundings: Surroundings

  /// The program's own `PATH`, or the system's default where it has none.
  var path: String {
    let standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    if let own = program.environment["PATH"] { return own }
    return switch program.inherit {
    case .all: surroundings.environment["PATH"] ?? standard
    case .names(let names) where names.contains("PATH"): surroundings.environment["PATH"] ?? standard
    case .none, .names: standard
    }
  }

  /// The absolute path that would be executed; nil when there is none.
  func find(_ executable: String) -> String? {
    let folders = executable.contains("/") ? ["."] : path.split(separator: ":").map(String.init)
    return folders.lazy
      .map { Paths.resolve(executable, in: Paths.resolve($0, in: program.directory)) }
      .first(where: surroundings.isExecutable)
  }
}
