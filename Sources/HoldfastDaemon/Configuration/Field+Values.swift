import Holdfast
import HoldfastPrograms
import Yams

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Field {
  /// A whole number within a range.
  func integer(_ range: ClosedRange<Int>) -> Int? {
    let what =
      range.upperBound == .max
      ? "a whole number of at least \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let text, let value = Int(text), range.contains(value) else { return expected(what) }
    return value
  }

  /// `true` or `false`.
  func bool() -> Bool? {
    switch text {
    case "true": true
    case "false": false
    default: expected("true or false")
    }
  }

  /// A duration: `250ms`, `15s`, `5m`, `2h`, `1d` or plain `0`.
  func duration(zero: Bool = true) -> Duration? {
    guard let text, let value = DurationText.parse(text) else {
      return expected("a duration such as 250ms, 15s, 5m, 2h or 1d")
    }
    return value > .zero || zero ? value : expected("a duration longer than 0")
  }

  /// A size in bytes: `512`, `10MB`, `64MiB`.
  func size() -> UInt64? {
    guard let text, let value = SizeText.parse(text) else {
      return expected("a size such as 512, 10MB or 64MiB")
    }
    return value
  }

  /// A signal by name (`TERM`, `SIGTERM`) or number.
  func signal() -> ProgramSignal? {
    guard let text, let value = ProgramSignal(text) else {
      return expected("a signal such as TERM, INT or KILL")
    }
    return value
  }

  /// One of the cases of an enumeration, by its name.
  func choice<T: CaseIterable & RawRepresentable<String>>(_ type: T.Type = T.self) -> T? {
    choice(among: T.allCases.map(\.rawValue)).flatMap(T.init(rawValue:))
  }

  /// One of some words.
  func choice(among words: [String]) -> String? {
    if let text, words.contains(text) { return text }
    let hint = Suggestion.text(for: text ?? "", among: words)
    return fail("expected one of \(words.joined(separator: ", ")), found \(found)\(hint)")
  }

  /// A name for programs and groups: it becomes part of file names, paths and commands.
  func name() -> String? {
    guard let text = string("a name") else { return nil }
    let letters = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
      default: false
      }
    }
    guard letters, !text.isEmpty, text.count <= 64, !text.hasPrefix("."), !text.hasPrefix("-") else {
      return fail("`\(text)` is no name: use 1 to 64 letters, digits, `-`, `_` and `.`, not starting with `-` or `.`")
    }
    return text
  }

  /// Any value as JSON: unquoted words are read as JSON has them.
  func json() -> JSONValue? {
    if let mapping = node.mapping {
      var object: [String: JSONValue] = [:]
      for entry in entries("of values") ?? [] { object[entry.key] = entry.value.json() }
      return object.count == mapping.count ? .object(object) : nil
    }
    if node.sequence != nil { return list(of: "values") { $0.json() }.map { .array($0) } }
    guard let scalar = node.scalar else { return expected("a value") }
    if isNothing { return .null }
    guard scalar.style == .plain, let value = JSONValue(Data(scalar.string.utf8)) else { return .string(scalar.string) }
    return value
  }
}
