public import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Remedy {
  /// Runs a program once. It gets the incident as JSON on its standard input, and `HOLDFAST_ALARM`,
  /// `HOLDFAST_INCIDENT`, `HOLDFAST_ATTEMPT` and `HOLDFAST_DESCRIPTION` in its environment.
  ///
  /// Exit status 0 means that it has done its work; anything else is a failure, with the end of its standard error as
  /// the reason. A run that is stopped goes through the program's own stop sequence: nothing of it is left.
  public static func command(_ program: Program, policy: RemedyPolicy = RemedyPolicy()) -> Remedy {
    Remedy("command \(program.command.first ?? "")", policy: policy) { incident in
      var program = program
      program.environment.set["HOLDFAST_ALARM"] = "\(incident.alarm)"
      program.environment.set["HOLDFAST_INCIDENT"] = "\(incident.id)"
      program.environment.set["HOLDFAST_ATTEMPT"] = "\(incident.attempts.last?.number ?? 1)"
      program.environment.set["HOLDFAST_DESCRIPTION"] = incident.description ?? ""
      let result = try await program.runOnce(
        as: "remedy of \(incident.alarm)", input: try JSONEncoder().encode(incident))
      try result.check()
    }
  }
}

/// A program that was run once and did not succeed.
public struct ProgramUnsuccessful: Error, Sendable, CustomStringConvertible {
  /// How it ended, and what it said last.
  public let description: String
}

extension ProgramResult {
  /// - Throws: ``ProgramUnsuccessful`` for any end but exit status 0.
  func check() throws(ProgramUnsuccessful) {
    guard exit != .exited(0) else { return }
    let words = errors.split(whereSeparator: \.isNewline).suffix(3).joined(separator: " | ")
    throw ProgramUnsuccessful(description: "\(exit)" + (words.isEmpty ? "" : ": \(words)"))
  }
}
