/// An operating-system program to be kept running: what to execute, as whom, within which limits, and how to stop it.
///
/// ```swift
/// var web = Program(["python3", "-m", "http.server", "9000"])
/// web.readiness = .http("http://127.0.0.1:9000/")
/// web.limits.memory = .most(512 << 20)
/// web.stop = [.signal(.terminate), .wait(.seconds(5)), .signal(.kill)]
/// ```
///
/// Each generation runs in a process group of its own, with nothing inherited but its three standard streams, and
/// never outlives the process that started it. Its environment carries `HOLDFAST_TREE`, by which those of its descendants
/// are found that left its group; only one that left the group *and* cleared its environment escapes.
public struct Program: Sendable, Equatable {
  /// The executable and its arguments; not empty. The executable is looked for along the `PATH` of the *program's*
  /// environment, or relative to ``directory`` when it contains a slash.
  public var command: [String]
  /// Default: everything inherited, nothing added.
  public var environment = ProgramEnvironment()
  /// The working directory; nil (default) is the supervisor's own.
  public var directory: String?
  /// A name or a number; nil (default) changes nothing. Its groups, `HOME`, `USER` and `LOGNAME` come with it.
  public var user: String?
  /// A name or a number; nil (default) is the user's own group.
  public var group: String?
  /// Bits that new files do not get, 0…0o777; nil (default) is the supervisor's own.
  public var umask: UInt16?
  /// Scheduling niceness, -20…19; nil (default) is the supervisor's own.
  public var nice: Int?
  /// Default: none of its own.
  public var limits = ResourceLimits()
  /// Default: TERM, 5 s, KILL.
  public var stop = StopSequence.standard
  /// Exit statuses that count as a normal end, 0…255. Default 0. A death by signal never does.
  public var success: Set<Int32> = [0]
  /// Default ``ProgramReadiness/onStart``.
  public var readiness = ProgramReadiness.onStart
  /// Default: a thousand lines in memory and no file.
  public var logs = ProgramLogOptions()

  /// A program with all defaults.
  public init(_ command: [String]) {
    self.command = command
  }
}

extension Program {
  /// Checks everything that can be known without touching the system.
  ///
  /// - Throws: ``ProgramError`` with the code ``ProgramError/Code/invalid``.
  public func validate(as name: String) throws(ProgramError) {
    if let problem = problems.first {
      throw ProgramError(.invalid, name, problem.text, advice: problem.advice)
    }
  }

  private var problems: [(text: String, advice: String)] {
    var found: [(String, String)] = []
    func check(_ holds: Bool, _ text: @autoclosure () -> String, _ advice: String) {
      if !holds { found.append((text(), advice)) }
    }
    check(command.first.map { !$0.isEmpty } ?? false, "the command is empty", "name an executable in `command:`")
    check(strings.allSatisfy { !$0.contains("\0") }, "a string contains a zero byte", "remove it")
    check(
      environment.set.keys.allSatisfy { !$0.isEmpty && !$0.contains("=") },
      "an environment variable's name is empty or contains `=`", "correct `environment:`")
    check(umask.map { $0 <= 0o777 } ?? true, "the umask is not within 0…0777", "correct `umask:`")
    check(nice.map { (-20...19).contains($0) } ?? true, "nice is not within -20…19", "correct `nice:`")
    check(
      !success.isEmpty && success.allSatisfy { (0...255).contains($0) }, "the success statuses are not within 0…255",
      "correct `success:`")
    if let problem = limits.problem { check(false, problem, "correct `resources:`") }
    if let problem = readiness.problem { check(false, problem, "correct `ready:`") }
    if let problem = logs.problem { check(false, problem, "correct `logs:`") }
    return found
  }

  private var strings: [String] {
    command + environment.set.flatMap { [$0.key, $0.value] } + [directory, user, group].compactMap(\.self)
  }
}
