import Holdfast
import Yams

/// What came of one file, for people and as JSON.
struct RuleTestResult: Encodable {
  struct Failure: Encodable {
    var line: Int?
    var column: Int?
    var at: String
    var alarm: String
    var expected: String
    var found: String
    /// What happened until then.
    var timeline: [Entry]
    /// The parts of the alarm's rule, each with its value.
    var values: Value?
    var valueLines: [String] = []

    private enum CodingKeys: CodingKey {
      case line, column, at, alarm, expected, found, timeline, values
    }
  }

  struct Entry: Encodable {
    var at: String
    var alarm: String
    var what: String
  }

  struct Value: Encodable {
    var expression: String
    var state: AlarmState
    var changesAt: String?
    var parts: [Value]
  }

  struct Trouble: Encodable {
    var line: Int?
    var column: Int?
    var message: String
  }

  var file: String
  var ok: Bool
  var expectations = 0
  var failures: [Failure] = []
  /// Why the file is no test.
  var problems: [Trouble] = []

  var status: ExitStatus {
    ok ? .ok : problems.isEmpty ? .failed : .usage
  }
}

extension RuleTestResult {
  /// Reads and plays a file.
  init(of file: String) throws {
    do {
      let test = try RuleTestFile.load(file)
      self.init(test, try test.test.run())
    } catch let error as ConfigurationError {
      self.init(file: file, ok: false)
      problems = error.problems.map { Trouble(line: $0.line, column: $0.column, message: $0.message) }
    }
  }

  init(_ file: RuleTestFile, _ report: AlarmRuleTestReport) {
    self.init(file: file.file, ok: report.isPassed, expectations: report.expectations)
    failures = report.failures.map { Failure($0, at: file.marks[$0.step].map { ($0.line, $0.column) }) }
  }
}

extension RuleTestResult.Failure {
  init(_ failure: AlarmRuleTestReport.Failure, at place: (line: Int, column: Int)?) {
    self.init(
      line: place?.line, column: place?.column, at: failure.time.text, alarm: failure.alarm.description,
      expected: failure.expected, found: failure.found,
      timeline: failure.history.map { .init(at: $0.time.text, alarm: $0.alarm.description, what: $0.what) },
      values: failure.explanation.map(RuleTestResult.Value.init))
    let now = Instant.zero.advanced(by: failure.time)
    valueLines = failure.explanation?.lines(at: now) ?? []
  }
}

extension RuleTestResult.Value {
  init(_ explanation: AlarmExplanation) {
    self.init(
      expression: explanation.expression, state: explanation.state,
      changesAt: explanation.changesAt.map { Instant.zero.duration(to: $0).text },
      parts: explanation.parts.map(RuleTestResult.Value.init))
  }
}

extension Duration {
  /// As rules write it, with a unit: `0s`, `14900ms`.
  fileprivate var text: String {
    self == .zero ? "0s" : RuleDuration.text(wholeNanoseconds)
  }
}
