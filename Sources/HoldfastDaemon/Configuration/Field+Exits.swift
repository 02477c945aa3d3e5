import Holdfast

extension Field {
  private static let meanings = ["complete", "fail", "retry", "snooze", "cancel", "discard"]

  /// `{ 0: complete, 75: retry, 3: discard, 4: { snooze: 5m } }`; 0 and 75 mean what they do without it.
  func exits() -> [Int32: ExitMeaning]? {
    guard let entries = entries("such as { 0: complete, 75: retry, 3: discard }") else { return nil }
    var exits = JobConfiguration.standardExits
    for entry in entries {
      guard let code = entry.keyField.integer(0...255), let meaning = entry.value.exitMeaning() else { continue }
      exits[Int32(code)] = meaning
    }
    return exits
  }

  /// A word, or one of `{ retry: 5m }` and `{ snooze: 5m }`.
  private func exitMeaning() -> ExitMeaning? {
    guard text == nil else { return choice(among: Self.meanings).flatMap(simpleMeaning) }
    guard let map = map("that says what becomes of the job", keys: ["retry", "snooze"]) else { return nil }
    switch (map["retry"], map["snooze"]) {
    case (let field?, nil): return field.duration().map { .retry(after: $0) }
    case (nil, let field?): return field.duration(zero: false).map { .snooze($0) }
    default: return expected("{ retry: 5m } or { snooze: 5m }")
    }
  }

  private func simpleMeaning(_ word: String) -> ExitMeaning? {
    switch word {
    case "complete": .complete
    case "fail": .fail
    case "retry": .retry(after: nil)
    case "cancel": .cancel
    case "discard": .discard
    default: fail("`snooze` needs a time, as in { snooze: 5m }")
    }
  }
}
