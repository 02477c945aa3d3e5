/// A key made of a payload's fields: `{album}`, `{user.id}-{size}`; `{{` and `}}` are braces.
struct KeyTemplate: Equatable, Sendable {
  enum Part: Equatable, Sendable {
    case text(String)
    /// Names from the payload inwards, at least one.
    case field([String])
  }

  /// Why a text is no template.
  struct Mistake: Error, Equatable {
    let reason: String
  }

  /// As it was written.
  let text: String
  let parts: [Part]

  init(_ text: String) throws(Mistake) {
    self.text = text
    var (parts, literal): ([Part], String) = ([], "")
    var rest = text[...]
    while let character = rest.popFirst() {
      if "{}".contains(character), rest.first == character {
        literal.append(rest.removeFirst())
      } else if character == "{" {
        guard let end = rest.firstIndex(of: "}") else { throw Mistake(reason: "has a `{` without its `}`") }
        if !literal.isEmpty { parts.append(.text(literal)) }
        (literal, parts) = ("", parts + [.field(try Self.path(rest[..<end]))])
        rest = rest[rest.index(after: end)...]
      } else if character == "}" {
        throw Mistake(reason: "has a `}` without its `{`")
      } else {
        literal.append(character)
      }
    }
    self.parts = literal.isEmpty ? parts : parts + [.text(literal)]
    if self.parts.isEmpty { throw Mistake(reason: "is empty: name a field of the payload, as in {album}") }
  }

  private static func path(_ text: Substring) throws(Mistake) -> [String] {
    let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if names.contains("") || text.contains("{") {
      throw Mistake(reason: "has `{\(text)}`, which names no field of the payload, as in {album} or {user.id}")
    }
    return names
  }

  /// The key for a payload.
  ///
  /// - Throws: A ``Mistake`` that names the field which is missing, or is not a text, a number or a truth value.
  func key(for payload: JSONValue) throws(Mistake) -> String {
    var key = ""
    for part in parts {
      switch part {
      case .text(let text): key += text
      case .field(let path): key += try Self.value(at: path, in: payload)
      }
    }
    return key
  }

  private static func value(at path: [String], in payload: JSONValue) throws(Mistake) -> String {
    let name = path.joined(separator: ".")
    guard let value = path.reduce(JSONValue?.some(payload), { $0?[$1] }) else {
      throw Mistake(reason: "needs the field `\(name)`, which the payload does not have")
    }
    guard let text = value.scalarText else {
      throw Mistake(reason: "needs the field `\(name)` to be a text, a number, true or false")
    }
    return text
  }
}
