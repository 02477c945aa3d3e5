import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What `explain` tells of a rule.
struct Explanation: Encodable {
  /// The rule in its canonical form.
  let rule: String
  /// In plain words.
  let description: String
  /// With the offset; fewer than asked for when the rule ends.
  let next: [String]
  let warnings: [String]

  /// Clock changes are told for this long, or as far as the moments shown go.
  private static let year: TimeInterval = 366 * 86400

  init(_ rule: Recurrence, after start: Date, count: Int, zone: Zone) {
    let moments = rule.occurrences(after: start, count: count)
    let end = max(start + Self.year, moments.last ?? start)
    self.rule = rule.description
    description = rule.words
    next = moments.map(zone.text)
    warnings = (rule.warnings + rule.clockWarnings(after: start, through: end)).map(\.message)
  }

  var text: String {
    let moments = next.isEmpty ? ["  (none)"] : next.map { "  " + $0 }
    let notes = warnings.isEmpty ? [] : ["", "Note:"] + warnings.map { "  - " + $0 }
    return ([description, "", "Next:"] + moments + notes).joined(separator: "\n")
  }
}

/// Why `explain` refused a rule.
struct ExplanationProblem: Encodable {
  let error: String
  let field: String?
  /// 0 is the first character of the rule.
  let position: Int?
  let hint: String
  private let pointer: String?

  private enum CodingKeys: CodingKey { case error, field, position, hint }

  init(_ error: RecurrenceError) {
    self.error = error.reason
    field = error.field
    position = error.position
    hint = error.hint
    pointer = error.pointer
  }

  init(_ error: ZoneError) {
    self.error = "no time zone `\(error.name)`"
    field = nil
    position = nil
    hint = error.hint
    pointer = nil
  }

  /// The rule with carets below what is wrong, and under it what to write.
  var text: String {
    let place = [field.map { "\($0) field" }, position.map { "character \($0 + 1)" }].compactMap(\.self)
    let prefix = place.isEmpty ? "" : place.joined(separator: ", ") + ": "
    let lines = (pointer?.split(separator: "\n", omittingEmptySubsequences: false) ?? []).map { "  " + $0 }
    return ([prefix + error] + lines + ["  " + hint]).joined(separator: "\n")
  }
}
