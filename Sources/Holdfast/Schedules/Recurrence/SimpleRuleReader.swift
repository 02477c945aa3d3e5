/// Reads one cron expression or macro with its options.
struct SimpleRuleReader {
  let source: RuleText
  var options: RecurrenceOptions

  /// The macros that stand for a cron expression.
  static let macros: [String: String] = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *", "@minutely": "* * * * *",
  ]
  private static let others = ["@every", "@at", "@manual", "@reboot"]

  init(source: RuleText, options: RecurrenceOptions) {
    self.source = source
    self.options = options
  }

  /// - Parameter end: Where a rule was expected, if there are no words.
  func read(_ words: [Range<Int>], at end: Int) throws(RecurrenceError) -> RecurrenceNode {
    guard let first = words.first else {
      throw source.error(
        .syntax, "a rule is missing", hint: "write a cron expression such as `30 2 * * *`, or a macro such as @daily",
        at: end..<end)
    }
    let isOption = { (word: Range<Int>) in source.capitals(word) == "IN" || source[word].contains("=") }
    let fields = Array(words.prefix { !isOption($0) })
    var reader = self
    try reader.readOptions(words[fields.count...])
    guard source[first].hasPrefix("@") else { return .cron(try reader.cron(fields, at: first)) }
    return try reader.macro(fields, first)
  }

  private func cron(_ fields: [Range<Int>], at first: Range<Int>) throws(RecurrenceError) -> CronRule {
    let times = try CronReader(source: source, name: options.name).read(fields).times
    let text = fields.map(source.capitals).joined(separator: " ")
    return try rule(text, times, usesName: fields.contains(where: isHashed)).firing(in: source, fields)
  }

  private func isHashed(_ field: Range<Int>) -> Bool {
    source.elements(of: field).contains { source.capitals($0).hasPrefix("H") || source[$0].contains("~") }
  }

  private func rule(_ text: String, _ times: CronTimes, usesName: Bool = false) -> CronRule {
    CronRule(
      text, times, zone: options.zone, name: usesName ? options.name : nil, gap: options.gap, overlap: options.overlap)
  }

  private func macro(_ words: [Range<Int>], _ first: Range<Int>) throws(RecurrenceError) -> RecurrenceNode {
    let macro = source[first].lowercased()
    guard let expected = Self.wordCount(macro) else {
      let guess = Suggestion.text(for: macro, among: Self.macros.keys.sorted() + Self.others)
      let hint = "@yearly @monthly @weekly @daily @hourly @minutely @every @at @manual @reboot exist"
      throw source.error(.syntax, "no macro `\(source[first])`", hint: hint + guess, at: first)
    }
    guard words.count == expected else {
      throw source.error(
        .syntax, expected == 1 ? "`\(macro)` stands alone" : "`\(macro)` takes one word",
        hint: Self.example(macro), at: words.count > expected ? words[expected] : first)
    }
    switch macro {
    case "@every": return .interval(try interval(words[1]))
    case "@at": return .once(try moment(words[1]))
    case "@manual": return .manual
    case "@reboot": return .reboot
    default: return .cron(rule(macro, try expansion(macro)))
    }
  }

  private func expansion(_ macro: String) throws(RecurrenceError) -> CronTimes {
    let source = try RuleText(Self.macros[macro] ?? "")
    return try CronReader(source: source, name: nil).read(source.words(in: 0..<source.bytes.count)).times
  }

  private static func wordCount(_ macro: String) -> Int? {
    if macro == "@every" || macro == "@at" { return 2 }
    return macros[macro] != nil || others.contains(macro) ? 1 : nil
  }

  private static func example(_ macro: String) -> String {
    switch macro {
    case "@every": "write @every 15m, or @every 15m/5m for five minutes past"
    case "@at": "write @at 2026-03-08T03:30:00Z"
    default: "remove the rest"
    }
  }

  private func interval(_ word: Range<Int>) throws(RecurrenceError) -> IntervalRule {
    let parts = source[word].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { IntervalText.parse($0) }
    guard numbers.count == parts.count else {
      throw source.error(
        .syntax, "`\(source[word])` is no duration", hint: "write 90s, 15m, 1h30m, 2d or 1w; after a slash, the phase",
        at: word)
    }
    guard IntervalRule.lengths.contains(numbers[0]) else {
      throw source.error(.range, "an interval of \(parts[0]) is out of range", hint: "1ms to 100 years", at: word)
    }
    return IntervalRule(length: numbers[0], phase: numbers.count > 1 ? numbers[1] : 0)
  }

  private func moment(_ word: Range<Int>) throws(RecurrenceError) -> Int {
    guard let time = MomentText.parse(source[word]) else {
      throw source.error(
        .syntax, "`\(source[word])` is no moment",
        hint: "write 2026-03-08T03:30:00Z, or an offset such as +01:00 in place of Z", at: word)
    }
    return time
  }
}

// Options.
extension SimpleRuleReader {
  private mutating func readOptions(_ words: ArraySlice<Range<Int>>) throws(RecurrenceError) {
    var words = words
    while let word = words.popFirst() {
      if source.capitals(word) == "IN" {
        guard let name = words.popFirst() else {
          throw source.error(.syntax, "a zone is missing after `in`", hint: "write in Europe/London", at: word)
        }
        options.zone = try source.zone(name)
      } else {
        try readOption(word)
      }
    }
  }

  private mutating func readOption(_ word: Range<Int>) throws(RecurrenceError) {
    let parts = source[word].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count == 2 ? String(parts[1]) : ""
    switch parts[0].lowercased() {
    case "gap": options.gap = try choice(value, at: word)
    case "overlap": options.overlap = try choice(value, at: word)
    case "name": options.name = try name(value, at: word)
    case "tz", "cron_tz":
      throw source.error(.syntax, "the zone stands after the fields", hint: "write in \(value)", at: word)
    default:
      throw source.error(
        .syntax, "`\(source[word])` is no option", hint: "in ZONE, gap=, overlap= and name= exist", at: word)
    }
  }

  private func choice<T: RawRepresentable<String> & CaseIterable>(_ text: String, at word: Range<Int>)
    throws(RecurrenceError) -> T
  {
    if let choice = T(rawValue: text.lowercased()) { return choice }
    let all = T.allCases.map(\.rawValue)
    let hint = "write \(all.joined(separator: ", "))" + Suggestion.text(for: text, among: all)
    throw source.error(.syntax, "`\(source[word])` is no choice", hint: hint, at: word)
  }

  /// In quotes, with a backslash before a quote or a backslash, or without quotes.
  private func name(_ text: String, at word: Range<Int>) throws(RecurrenceError) -> String {
    var name = text
    if text.hasPrefix("\""), text.hasSuffix("\""), text.count >= 2 {
      name = ""
      var isEscaped = false
      for character in text.dropFirst().dropLast() {
        isEscaped = character == "\\" && !isEscaped
        if !isEscaped { name.append(character) }
      }
    }
    guard !name.isEmpty else {
      throw source.error(.syntax, "the name is empty", hint: "write name=\"nightly-report\"", at: word)
    }
    return name
  }
}

extension CronRule {
  fileprivate func firing(in source: RuleText, _ fields: [Range<Int>]) throws(RecurrenceError) -> CronRule {
    guard first(from: 0, before: CivilDay.cycleSeconds) == nil else { return self }
    if times.first(from: 0, before: CivilDay.cycleSeconds) != nil {
      throw source.error(
        .neverFires, "it never fires: the only time it has is missing in \(zone)", hint: "use gap=shift",
        at: fields[0].lowerBound..<fields[fields.count - 1].upperBound)
    }
    let day = fields.count == 5 ? 2 : 3
    throw source.error(
      .neverFires, "it never fires: no such day exists in the months and years it chooses",
      hint: "choose a day that the month has; L is the last one", field: .dayOfMonth, at: fields[day])
  }
}
