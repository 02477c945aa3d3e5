/// How a program's main process ended.
public enum ProgramExit: Sendable, Hashable {
  /// By itself, with this status, 0…255.
  case exited(Int32)
  /// By a signal; whether a core was dumped.
  case signalled(ProgramSignal, coreDumped: Bool)
  /// Something else in this process collected the status first, or ignores SIGCHLD.
  case unknown
}

extension ProgramExit: CustomStringConvertible {
  /// `exited with status 3`, `killed by SIGSEGV (core dumped)`.
  public var description: String {
    switch self {
    case .exited(let status): "exited with status \(status)"
    case .signalled(let signal, let coreDumped): "killed by \(signal)" + (coreDumped ? " (core dumped)" : "")
    case .unknown: "ended with a status that something else in this process collected"
    }
  }
}

/// The processor time of a program and the children it waited for.
///
/// Its memory is not here: the kernel's figure begins with the supervisor's own.
public struct ProgramUsage: Sendable, Hashable {
  /// In user mode.
  public let user: Duration
  /// In the kernel.
  public let system: Duration

  /// User and kernel time together.
  public var cpu: Duration { user + system }
}

/// A program ended in a way that is no success; the error of its exit.
public struct ProgramFailure: Error, Sendable, Hashable {
  /// How it ended.
  public let exit: ProgramExit
  /// What it used, when known.
  public let usage: ProgramUsage?
  /// Why, as far as that is known: how much of its cpu limit it had used.
  public let hint: String?

  /// A failure with what is known of it.
  public init(_ exit: ProgramExit, usage: ProgramUsage? = nil, hint: String? = nil) {
    self.exit = exit
    self.usage = usage
    self.hint = hint
  }
}

extension ProgramFailure: CustomStringConvertible {
  /// `killed by SIGKILL: it had used 1990 ms of its cpu limit of 2 s`.
  public var description: String {
    hint.map { "\(exit): \($0)" } ?? "\(exit)"
  }
}
