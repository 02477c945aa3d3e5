/// A program could not be started or reached: which one, what went wrong, and what to do about it.
public struct ProgramError: Error, Sendable, Hashable {
  /// What kind of error it is.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Value: String {
      case invalid, executable, permission, directory, account, limit, resources, notRunning, unsupported
    }
    private let value: Value

    /// The specification contradicts itself.
    public static let invalid = Code(value: .invalid)
    /// The executable is missing or is none.
    public static let executable = Code(value: .executable)
    /// Something was not allowed.
    public static let permission = Code(value: .permission)
    /// The working directory cannot be entered.
    public static let directory = Code(value: .directory)
    /// No such user or group.
    public static let account = Code(value: .account)
    /// A limit or the niceness was refused.
    public static let limit = Code(value: .limit)
    /// Descriptors, processes or memory have run out.
    public static let resources = Code(value: .resources)
    /// There is no running process.
    public static let notRunning = Code(value: .notRunning)
    /// This system cannot do it.
    public static let unsupported = Code(value: .unsupported)

    /// The code's name.
    public var description: String { value.rawValue }
  }

  /// What kind of error it is.
  public let code: Code
  /// The program's name.
  public let program: String
  /// What went wrong.
  public let problem: String
  /// The next step.
  public let advice: String

  init(_ code: Code, _ program: String, _ problem: String, advice: String) {
    self.code = code
    self.program = program
    self.problem = problem
    self.advice = advice
  }
}

extension ProgramError: CustomStringConvertible {
  /// `web: cannot enter directory /x: No such file or directory; create it or correct "directory:"`.
  public var description: String {
    "\(program): \(problem); \(advice)"
  }
}
