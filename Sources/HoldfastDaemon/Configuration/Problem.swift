import Yams

/// One thing that is wrong with a configuration file, and where.
struct Problem: Error, Hashable, Sendable {
  /// 1 is the first line; nil when the file as a whole is meant.
  let line: Int?
  /// 1 is the first character of the line.
  let column: Int?
  /// What is wrong, what was expected, and what to do.
  let message: String

  /// - Parameter offset: Characters from the mark to the place on the same line.
  init(_ message: String, at mark: Mark? = nil, offset: Int = 0) {
    self.line = mark?.line
    self.column = mark.map { $0.column + offset }
    self.message = message
  }
}

/// Everything that is wrong with a configuration file. Nothing has been started when it is thrown.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// The path as the user gave it.
  let file: String
  /// In the order of the file, at least one.
  let problems: [Problem]

  /// One `file:line:column: message` a line, which editors can jump to.
  var description: String {
    problems.map { problem in
      guard let line = problem.line, let column = problem.column else { return "\(file): \(problem.message)" }
      return "\(file):\(line):\(column): \(problem.message)"
    }.joined(separator: "\n")
  }
}

/// Collects problems while a file is read, so that one run reports them all.
final class ProblemList {
  private static let limit = 100
  private var found: [Problem] = []

  func add(_ message: String, at mark: Mark?, offset: Int = 0) {
    guard found.count < Self.limit else { return }
    found.append(Problem(message, at: mark, offset: offset))
  }

  /// By position, each once.
  var sorted: [Problem] {
    var seen = Set<Problem>()
    return found.filter { seen.insert($0).inserted }
      .sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
  }
}
