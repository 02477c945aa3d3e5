import CHoldfastPrograms

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Launch {
  /// Resolves the accounts, the environment and the executable of a program.
  ///
  /// - Throws: ``ProgramError`` before anything has happened.
  init(_ program: Program, as name: String, tag: ProcessTag) throws(ProgramError) {
    try program.validate(as: name)
    let identity = try Identity.of(program, as: name)
    let own = ProcessInfo.processInfo.environment.merging(identity?.variables ?? [:]) { _, new in new }
    let variables = program.environment.resolved(from: own).filter { $0.key != ProcessTag.variable }
    self.init(
      candidates: ExecutableSearch.candidates(for: program.command[0], environment: variables),
      arguments: program.command,
      environment: [tag.entry] + variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
      directory: program.directory, identity: identity, mask: program.umask, nice: program.nice,
      limits: program.limits)
  }
}

extension LaunchFailure {
  /// In the words of whoever wrote the specification.
  func explained(_ launch: Launch, _ program: Program, as name: String) -> ProgramError {
    func make(_ code: ProgramError.Code, _ what: String, _ advice: String) -> ProgramError {
      ProgramError(code, name, "\(what): \(error)", advice: advice)
    }
    switch step {
    case HF_STEP_CREATE, HF_STEP_STREAMS, HF_STEP_SESSION: return creation(name)
    case HF_STEP_DIRECTORY:
      let advice = error.isMissing ? "create it or correct `directory:`" : "let the program's user enter it"
      return make(.directory, "cannot enter directory \(program.directory ?? ".")", advice)
    case HF_STEP_USER, HF_STEP_GROUP, HF_STEP_GROUPS:
      let account = program.user.map { "user \($0)" } ?? "group \(program.group ?? "")"
      return make(.permission, "cannot become \(account)", "run the supervisor as root or remove `user:` and `group:`")
    case HF_STEP_LIMIT:
      let limit = ResourceLimits.name(of: detail)
      return make(.limit, "cannot set the limit of \(limit)", "lower it below the supervisor's own hard limit")
    case HF_STEP_NICE: return make(.limit, "cannot set nice \(program.nice ?? 0)", "use a value of 0 or more")
    case HF_STEP_EXECUTE: return execution(launch, program, name)
    default: return make(.resources, "cannot be started", "see the system's log")
    }
  }

  private func creation(_ name: String) -> ProgramError {
    if error.isUnsupported {
      return ProgramError(
        .unsupported, name, "programs cannot be started on this system", advice: "run the supervisor on Linux")
    }
    return ProgramError(
      .resources, name, "cannot create a process: \(error)",
      advice: "raise the supervisor's limits (ulimit -n, ulimit -u) or run fewer programs")
  }

  private func execution(_ launch: Launch, _ program: Program, _ name: String) -> ProgramError {
    let candidates = launch.candidates.map { ExecutableSearch.absolute($0, directory: program.directory) }
    let path = candidates.indices.contains(detail) ? candidates[detail] : program.command[0]
    if error.isExhaustion { return creation(name) }
    if error.isNotExecutableFormat {
      return ProgramError(
        .executable, name, "\(path) is no program for this machine",
        advice: "begin a script with a line like `#!/bin/sh`")
    }
    if error.isMissing, let present = candidates.first(where: System.isExecutableFile) {
      return ProgramError(
        .executable, name, "\(present) is there, but its interpreter or loader is not",
        advice: "install what its first line (`#!`) names")
    }
    if error.isMissing || error.isPermission {
      return denied(path, candidates, program, name)
    }
    return ProgramError(.executable, name, "cannot execute \(path): \(error)", advice: "correct `command:`")
  }

  private func denied(_ path: String, _ candidates: [String], _ program: Program, _ name: String) -> ProgramError {
    guard System.isExecutableFile(path) else {
      return .executableMissing(program.command[0], tried: candidates, name)
    }
    let user = program.user.map { "user \($0)" } ?? "the supervisor's user"
    return ProgramError(.permission, name, "\(user) may not execute \(path)", advice: "give it permission to")
  }
}

extension ResourceLimits {
  static func name(of resource: Int) -> String {
    let names = ["files", "memory", "cpu", "core", "processes", "fileSize", "stack"]
    return names.indices.contains(resource) ? names[resource] : "a resource"
  }
}
