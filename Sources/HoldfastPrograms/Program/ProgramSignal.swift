#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A signal by its number on this system.
public struct ProgramSignal: RawRepresentable, Sendable, Hashable {
  /// 1…64.
  public let rawValue: Int32

  /// A signal by number.
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// TERM: please end.
  public static let terminate = ProgramSignal(rawValue: SIGTERM)
  /// INT: what Ctrl-C sends.
  public static let interrupt = ProgramSignal(rawValue: SIGINT)
  /// HUP: by custom, read the configuration again.
  public static let hangUp = ProgramSignal(rawValue: SIGHUP)
  /// QUIT: end, and leave a core file.
  public static let quit = ProgramSignal(rawValue: SIGQUIT)
  /// KILL: cannot be refused.
  public static let kill = ProgramSignal(rawValue: SIGKILL)
  /// USR1.
  public static let user1 = ProgramSignal(rawValue: SIGUSR1)
  /// USR2.
  public static let user2 = ProgramSignal(rawValue: SIGUSR2)
  /// CONT: go on after a STOP.
  public static let resume = ProgramSignal(rawValue: SIGCONT)

  private static let names: [(name: String, number: Int32)] = [
    ("HUP", SIGHUP), ("INT", SIGINT), ("QUIT", SIGQUIT), ("ILL", SIGILL), ("TRAP", SIGTRAP), ("ABRT", SIGABRT),
    ("BUS", SIGBUS), ("FPE", SIGFPE), ("KILL", SIGKILL), ("USR1", SIGUSR1), ("SEGV", SIGSEGV), ("USR2", SIGUSR2),
    ("PIPE", SIGPIPE), ("ALRM", SIGALRM), ("TERM", SIGTERM), ("CHLD", SIGCHLD), ("CONT", SIGCONT), ("STOP", SIGSTOP),
    ("TSTP", SIGTSTP), ("TTIN", SIGTTIN), ("TTOU", SIGTTOU), ("URG", SIGURG), ("XCPU", SIGXCPU), ("XFSZ", SIGXFSZ),
    ("VTALRM", SIGVTALRM), ("PROF", SIGPROF), ("WINCH", SIGWINCH), ("IO", SIGIO), ("SYS", SIGSYS),
  ]

  /// A signal by name, with or without `SIG`, in any case; or by number. Nil when there is none such.
  public init?(_ text: String) {
    let upper = text.uppercased()
    let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    let named = Self.names.first { $0.name == name }?.number
    guard let number = named ?? Int32(text), (1...64).contains(number) else { return nil }
    rawValue = number
  }

  /// Without `SIG`: `TERM`; the number when it has no name.
  public var name: String {
    Self.names.first { $0.number == rawValue }?.name ?? String(rawValue)
  }
}

extension ProgramSignal: CustomStringConvertible {
  /// `SIGTERM`, or `signal 40`.
  public var description: String {
    Int32(name) == nil ? "SIG" + name : "signal " + name
  }
}
