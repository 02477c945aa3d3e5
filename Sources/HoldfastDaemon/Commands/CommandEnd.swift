import ArgumentParser

/// How a command that threw ends: what is printed, and the exit status.
enum CommandEnd {
  /// Prints the error and gives the status.
  static func report(_ error: any Error, arguments: [String] = CommandLine.arguments) -> Int32 {
    switch error {
    case let failure as Failure: return report(failure, json: arguments.contains("--json"))
    case let error as ConfigurationError:
      Terminal.errors.line(error.description)
      return ExitStatus.usage.rawValue
    default: return reportParser(error)
    }
  }

  private static func report(_ failure: Failure, json: Bool) -> Int32 {
    let end = ReplyEnd(done: failure.status.rawValue, error: failure.description, protocol: nil)
    let text = json ? try? JSONLine.encode(end) : nil
    Terminal.errors.line(text ?? "holdfast: \(failure)")
    return failure.status.rawValue
  }

  /// Help is no error; wrong usage has our status instead of ArgumentParser's 64.
  private static func reportParser(_ error: any Error) -> Int32 {
    let code = HoldfastCommand.exitCode(for: error)
    let message = HoldfastCommand.fullMessage(for: error)
    if !message.isEmpty { (code.isSuccess ? Terminal.output : .errors).line(message) }
    return code == .validationFailure ? ExitStatus.usage.rawValue : code.rawValue
  }
}
