/// How every command ends; scripts may rely on these numbers.
enum ExitStatus: Int32, Codable, Sendable {
  /// Done.
  case ok = 0
  /// It was tried and did not work; for `run`: something failed for good.
  case failed = 1
  /// The command line or the file is wrong; nothing was done.
  case usage = 2
  /// No program, group, job, kind or queue of that name.
  case notFound = 3
  /// The system does not allow it.
  case denied = 4
  /// No daemon answers.
  case unreachable = 5
  /// `run` was hurried by a second signal and left something behind.
  case abandoned = 6
}

/// An end that is no success, in words for the user.
struct Failure: Error, Equatable, CustomStringConvertible {
  let status: ExitStatus
  /// The thing, the cause and the next step.
  let description: String

  init(_ status: ExitStatus, _ description: String) {
    self.status = status
    self.description = description
  }
}
