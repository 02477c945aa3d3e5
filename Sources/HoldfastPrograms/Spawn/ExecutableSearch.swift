/// Where an executable may be, in order: as `execvp` would look, but with the program's own `PATH`.
enum ExecutableSearch {
  static let standardPath = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"

  static func candidates(for executable: String, environment: [String: String]) -> [String] {
    guard !executable.contains("/") else { return [executable] }
    let path = environment["PATH"] ?? standardPath
    return path.split(separator: ":", omittingEmptySubsequences: false).map { folder in
      folder.isEmpty ? "./" + executable : folder + "/" + executable
    }
  }

  /// The candidates as seen from outside the program's working directory.
  static func absolute(_ candidate: String, directory: String?) -> String {
    guard let directory, !candidate.hasPrefix("/") else { return candidate }
    return directory + "/" + candidate
  }
}

extension Program {
  /// The path of the executable as it would be started now.
  ///
  /// - Throws: ``ProgramError`` with the code ``ProgramError/Code/executable`` when there is none.
  public func executable(as name: String, environment own: [String: String]) throws(ProgramError) -> String {
    guard let executable = command.first, !executable.isEmpty else {
      throw ProgramError(.invalid, name, "the command is empty", advice: "name an executable in `command:`")
    }
    let candidates = ExecutableSearch.candidates(for: executable, environment: environment.resolved(from: own))
      .map { ExecutableSearch.absolute($0, directory: directory) }
    if let found = candidates.first(where: System.isExecutableFile) { return found }
    throw .executableMissing(executable, tried: candidates, name)
  }
}

extension ProgramError {
  static func executableMissing(_ executable: String, tried candidates: [String], _ name: String) -> ProgramError {
    if let present = candidates.first(where: System.exists) {
      return ProgramError(
        .executable, name, "\(present) is not an executable file", advice: "make it executable (chmod +x \(present))")
    }
    let place = executable.contains("/") ? "there is no \(candidates[0])" : "\(executable) is not on the program's PATH"
    return ProgramError(.executable, name, place, advice: "install it or correct `command:`")
  }
}
