import Holdfast
import Yams

/// One value in a configuration file: the node, its path for messages, and the list its problems go to.
///
/// Every reading function gives nil after it has reported what is wrong.
struct Field {
  let node: Node
  /// Keys from the root, as in `programs.web.ready`; empty for the root.
  let path: String
  let problems: ProblemList

  /// A scalar as it is written; nil for lists and mappings.
  var text: String? { node.scalar?.string }

  /// The first element of a list, or the value itself.
  var first: Node { node.sequence?.first ?? node }

  /// Reports a problem with this value.
  func fail<T>(_ message: String) -> T? {
    problems.add(path.isEmpty ? message : "\(path): \(message)", at: node.mark)
    return nil
  }

  /// Reports that something else was expected here.
  func expected<T>(_ what: String) -> T? {
    fail("expected \(what), found \(found)")
  }

  /// What stands in the file, in words.
  var found: String {
    switch node {
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    case .scalar(let scalar): isNothing ? "nothing" : "`\(scalar.string.prefix(60))`"
    }
  }

  /// An empty value, `~` or `null`, unquoted.
  var isNothing: Bool {
    guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  /// Any scalar, as it is written.
  func string(_ what: String = "a text") -> String? {
    guard let scalar = node.scalar, !isNothing else { return expected(what) }
    guard !scalar.string.unicodeScalars.contains("\0") else { return fail("must not contain a NUL character") }
    return scalar.string
  }

  /// A list of whatever `read` reads.
  func list<T>(of what: String, _ read: (Field) -> T?) -> [T]? {
    guard let sequence = node.sequence else { return expected("a list of \(what)") }
    let values = sequence.enumerated().map { read(Field(node: $1, path: "\(path)[\($0)]", problems: problems)) }
    return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
  }

  /// A mapping whose keys are names of the user's choice, in the order of the file.
  func entries(_ what: String) -> [(key: String, keyField: Field, value: Field)]? {
    guard let mapping = node.mapping else { return expected("a mapping \(what)") }
    return mapping.compactMap { key, value in
      let keyField = Field(node: key, path: path, problems: problems)
      guard let name = keyField.string("a name") else { return nil }
      return (name, keyField, Field(node: value, path: child(name), problems: problems))
    }
  }

  /// A mapping with exactly these keys allowed; others are reported.
  func map(_ what: String, keys: [String]) -> FieldMap? {
    guard let entries = entries(what) else { return nil }
    for entry in entries where !keys.contains(entry.key) {
      let _: Never? = entry.keyField.fail(
        "unknown key `\(entry.key)`\(Suggestion.text(for: entry.key, among: keys)) (known here: "
          + keys.joined(separator: ", ") + ")")
    }
    return FieldMap(field: self, fields: Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first })
  }

  private func child(_ name: String) -> String {
    path.isEmpty ? name : "\(path).\(name)"
  }
}

/// A mapping with known keys.
struct FieldMap {
  let field: Field
  let fields: [String: Field]

  subscript(key: String) -> Field? { fields[key] }

  /// Reads a key that is there; leaves the default where it is not, or where its value is wrong.
  func read<T>(_ key: String, into target: inout T, _ read: (Field) -> T?) {
    if let value = fields[key].flatMap(read) { target = value }
  }

  /// The same for values that may be absent.
  func read<T>(_ key: String, into target: inout T?, _ read: (Field) -> T?) {
    if let value = fields[key].flatMap(read) { target = value }
  }

  /// Reports the absence of a key that must be there.
  func required(_ key: String, _ what: String) -> Field? {
    fields[key] ?? field.fail("`\(key)` is missing: give \(what)")
  }
}
