import Yams

/// Reads YAML in which mappings may have keys more than once, reports those, and keeps the first of each.
///
/// The parser refuses the whole text at the first such key and tells only where the key stands first. So that one
/// gets another first letter, one that nobody types, and the parser tries again; afterwards the name is restored.
struct DuplicateKeys {
  private static let limit = 100
  private var text: String
  private var names: [String: String] = [:]
  private let problems: ProblemList

  /// - Throws: `YamlError` for what is no YAML, or where a duplicate key is too unusual to be found.
  static func compose(_ text: String, problems: ProblemList) throws -> Node? {
    var keys = DuplicateKeys(text: text, problems: problems)
    return try keys.compose().map(keys.restored)
  }

  private init(text: String, problems: ProblemList) {
    self.text = text
    self.problems = problems
  }

  private mutating func compose() throws -> Node? {
    while true {
      do {
        return try Yams.compose(yaml: text)
      } catch let error as YamlError {
        guard case .duplicatedKeysInMapping(_, let context) = error, rename(at: context.mark) else { throw error }
      }
    }
  }

  private mutating func rename(at mark: Mark) -> Bool {
    var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { Array($0.unicodeScalars) }
    let (line, column) = (mark.line - 1, mark.column - 1)
    guard names.count < Self.limit, lines.indices.contains(line) else { return false }
    let start =
      lines[line].indices.contains(column) && "\"'".unicodeScalars.contains(lines[line][column]) ? column + 1 : column
    guard lines[line].indices.contains(start), lines[line][start].properties.isAlphabetic,
      let letter = Unicode.Scalar(0xE000 + names.count)
    else { return false }
    names[String(letter)] = String(lines[line][start])
    lines[line][start] = letter
    text = lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
    return true
  }

  private func restored(_ node: Node) -> Node {
    switch node {
    case .mapping(var mapping):
      var lines: [Node: Int] = [:]
      let pairs = mapping.compactMap { pair -> (Node, Node)? in
        let key = restoredKey(pair.key)
        guard let line = lines[key] else {
          lines[key] = key.mark?.line ?? 1
          return (key, restored(pair.value))
        }
        problems.add(
          "`\(key.string ?? "")` is given already in line \(line): keep one, or rename it", at: key.mark)
        return nil
      }
      mapping = Node.Mapping(pairs, mapping.tag, mapping.style, mapping.mark)
      return .mapping(mapping)
    case .sequence(let sequence):
      return .sequence(Node.Sequence(sequence.map(restored), sequence.tag, sequence.style, sequence.mark))
    case .scalar, .alias: return node
    }
  }

  private func restoredKey(_ key: Node) -> Node {
    guard var scalar = key.scalar, let letter = scalar.string.unicodeScalars.first,
      let own = names[String(letter)]
    else { return key }
    scalar.string = own + String(scalar.string.unicodeScalars.dropFirst())
    return .scalar(scalar)
  }
}
