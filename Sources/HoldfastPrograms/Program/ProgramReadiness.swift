/// When a program that was started counts as up.
///
/// The first probe comes at once, the next ones after 100 ms and then ever more slowly, up to every 500 ms, until the
/// supervisor's start deadline.
public enum ProgramReadiness: Sendable, Equatable {
  /// As soon as it was executed.
  case onStart
  /// When `port` accepts a connection. The host is a numeric address or `localhost`.
  case tcp(host: String, port: UInt16)
  /// When a GET of this plain `http://` address answers with a status from 200 to 399 within a second.
  case http(String)
  /// When this command, run as and where the program runs, exits with 0 within five seconds.
  case exec([String])
  /// When a line of output contains this text.
  case line(String)
  /// When this regular expression matches within a line of output.
  case lineMatching(String)

  /// When a port of this machine accepts a connection.
  public static func tcp(port: UInt16) -> ProgramReadiness {
    .tcp(host: "127.0.0.1", port: port)
  }

  var problem: String? {
    switch self {
    case .onStart: nil
    case .tcp(let host, let port): port == 0 ? "port 0 cannot be probed" : HTTPTarget.hostProblem(host)
    case .http(let url): HTTPTarget.problem(with: url)
    case .exec(let command): command.first?.isEmpty ?? true ? "the readiness command is empty" : nil
    case .line(let text): text.isEmpty ? "the readiness text is empty" : nil
    case .lineMatching(let pattern): Self.patternProblem(pattern)
    }
  }

  private static func patternProblem(_ pattern: String) -> String? {
    do {
      _ = try Regex(pattern)
      return nil
    } catch {
      return "`\(pattern)` is not a regular expression: \(error)"
    }
  }
}
