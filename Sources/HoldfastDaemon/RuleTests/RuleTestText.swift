/// What came of a file, as lines for people.
struct RuleTestText {
  let terminal: Terminal

  func lines(_ result: RuleTestResult) -> [String] {
    let problems = result.problems.map { problem in
      let place = [problem.line, problem.column].compactMap { $0.map { ":\($0)" } }.joined()
      return "\(result.file)\(place): \(problem.message)"
    }
    return problems + result.failures.flatMap { lines($0, in: result.file) } + [summary(result)].compactMap { $0 }
  }

  private func summary(_ result: RuleTestResult) -> String? {
    guard result.problems.isEmpty else { return nil }
    let (count, failed) = (result.expectations, result.failures.count)
    if result.ok {
      return "\(result.file): \(terminal.paint("good", .green)), \(count) expectation\(count == 1 ? "" : "s") held"
    }
    return "\(result.file): \(terminal.paint("failed", .red)), \(failed) of \(count) expectations did not hold"
  }

  private func lines(_ failure: RuleTestResult.Failure, in file: String) -> [String] {
    let place = [failure.line, failure.column].compactMap { $0.map { ":\($0)" } }.joined()
    let title =
      "\(file)\(place): at \(failure.at) \(failure.alarm) is \(failure.found), expected \(failure.expected)"
    return [title] + timeline(failure) + values(failure)
  }

  /// What happened, and at its end the difference.
  private func timeline(_ failure: RuleTestResult.Failure) -> [String] {
    var rows = failure.timeline.map { (" ", $0.at, $0.alarm, $0.what) }
    rows.append(("-", failure.at, failure.alarm, failure.expected))
    rows.append(("+", failure.at, failure.alarm, failure.found))
    let widths = (rows.map(\.1.count).max() ?? 0, rows.map(\.2.count).max() ?? 0)
    return ["  timeline"]
      + rows.map { sign, at, alarm, what in
        let line = "  \(sign) \(padded(at, widths.0))  \(padded(alarm, widths.1))  \(what)"
        return terminal.paint(line, sign == "-" ? .red : sign == "+" ? .green : nil)
      }
  }

  private func values(_ failure: RuleTestResult.Failure) -> [String] {
    failure.valueLines.isEmpty ? [] : ["  values at \(failure.at)"] + failure.valueLines.map { "    " + $0 }
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
