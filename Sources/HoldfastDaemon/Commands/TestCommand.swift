import ArgumentParser

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Play timelines against alarm rules, in virtual time.",
    discussion: """
      A file has `rules:` and a `timeline:` of steps such as { at: 0s, set: wifi.down } and \
      { at: 15s, expect: { wifi.unstable: set } }. Exit status: 0 every expectation held, 1 one did not, 2 a file is \
      wrong.
      """)

  @Argument(help: "Files with rules and a timeline.")
  var files: [String]

  @Flag(help: "Print JSON.")
  var json = false

  private struct Report: Encodable {
    var ok: Bool
    var files: [RuleTestResult]
  }

  func run() throws {
    let results = try files.map(RuleTestResult.init(of:))
    if json {
      Terminal.output.line(try JSONLine.encode(Report(ok: results.allSatisfy(\.ok), files: results)))
    } else {
      for result in results {
        let terminal = result.problems.isEmpty ? Terminal.output : .errors
        RuleTestText(terminal: terminal).lines(result).forEach(terminal.line)
      }
    }
    let worst = results.map(\.status.rawValue).max() ?? 0
    if worst > 0 { throw ExitCode(worst) }
  }
}
