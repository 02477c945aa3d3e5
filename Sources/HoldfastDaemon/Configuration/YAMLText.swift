import Yams

/// YAML as our files use it, read strictly.
enum YAMLText {
  /// The root of a text; duplicate keys are reported, nil is an empty text.
  ///
  /// - Throws: ``ConfigurationError`` for what is no YAML.
  static func root(of text: String, _ file: String, _ problems: ProblemList) throws -> Node? {
    do {
      return try DuplicateKeys.compose(text, problems: problems)
    } catch let error as YamlError {
      throw ConfigurationError(file: file, problems: [Problem(error)])
    }
  }
}

extension Problem {
  /// What the YAML parser did not understand.
  fileprivate init(_ error: YamlError) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      self.init(["not valid YAML: \(problem)", context?.text].compactMap { $0 }.joined(separator: " "), at: mark)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "`\($0)`" }.joined(separator: ", ")
      self.init("\(names) is given more than once from here on: keep one, or rename it", at: context.mark)
    case .reader(let problem, _, _, _): self.init("not valid YAML: \(problem); save the file as UTF-8 text")
    default: self.init("not valid YAML: \(error)")
    }
  }
}
