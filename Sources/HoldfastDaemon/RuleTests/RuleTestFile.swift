import Holdfast
import Yams

/// A file of `holdfast test`: rules, and a timeline of reports and expectations.
struct RuleTestFile {
  /// The file as the user named it.
  let file: String
  let test: AlarmRuleTest
  /// Where each step stands.
  let marks: [Mark?]

  /// - Throws: ``ConfigurationError`` with every problem found.
  static func load(_ file: String) throws -> RuleTestFile {
    let text = try ConfigurationFile.text(of: file, ifMissing: "name a file with `rules:` and a `timeline:`")
    return try read(text, as: file)
  }

  static func read(_ text: String, as file: String) throws -> RuleTestFile {
    let problems = ProblemList()
    var reader = RuleTestReader()
    if let node = try YAMLText.root(of: text, file, problems) {
      reader.read(Field(node: node, path: "", problems: problems))
    } else {
      problems.add("is empty: give `rules:` and a `timeline:`", at: nil)
    }
    guard problems.sorted.isEmpty else { throw ConfigurationError(file: file, problems: problems.sorted) }
    let test = AlarmRuleTest(rules: reader.rules, remedies: reader.remedies, steps: reader.steps)
    return RuleTestFile(file: file, test: test, marks: reader.marks)
  }
}
