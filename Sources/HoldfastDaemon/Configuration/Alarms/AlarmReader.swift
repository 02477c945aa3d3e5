import Holdfast

/// Reads `alarms:` and `remedies:`.
struct AlarmReader {
  let programs: ProgramReader

  static let remedyKeys =
    JobReader.processKeys + ["job", "payload", "restart", "escalate"] + RemedyPolicyEntry.keys

  func alarms(_ field: Field) -> [AlarmEntry]? {
    if field.isNothing { return [] }
    guard let entries = field.entries("from alarms to rules") else { return nil }
    let read = entries.map { entry in
      (rules: RuleReader().rules(entry.key, entry.value) ?? [], entry.keyField, entry.value)
    }
    _ = RuleReader().engine(for: read.flatMap { rules, key, _ in rules.map { ($0, key) } })
    return read.flatMap { rules, _, value in alarms(rules, value) }
  }

  private func alarms(_ rules: [AlarmRule], _ field: Field) -> [AlarmEntry] {
    guard field.text == nil, !rules.isEmpty else { return rules.map { AlarmEntry(rule: $0) } }
    // Its keys were checked with the rule.
    let entries = field.entries("")?.map { ($0.key, $0.value) } ?? []
    let map = FieldMap(field: field, fields: Dictionary(entries) { first, _ in first })
    var entry = AlarmEntry(rule: rules[0])
    map.read("remedy", into: &entry.remedy) { remedy($0, of: rules[0].name) }
    map.read("latch", into: &entry.latches) { $0.bool() }
    map.read("inhibits", into: &entry.inhibits) { $0.patterns() }
    return rules.map { rule in
      var copy = entry
      copy.rule = rule
      return copy
    }
  }

  /// Remedies of alarms that are no rules of this file, by alarm.
  func remedies(_ field: Field) -> [AlarmID: RemedyEntry]? {
    if field.isNothing { return [:] }
    guard let entries = field.entries("from alarms to remedies") else { return nil }
    var remedies: [AlarmID: RemedyEntry] = [:]
    for entry in entries {
      guard let id = entry.keyField.alarm(), let remedy = remedy(entry.value, of: entry.key) else { continue }
      remedies[id] = remedy
    }
    return remedies
  }

  private func remedy(_ field: Field, of alarm: String) -> RemedyEntry? {
    guard let map = field.map("that describes a remedy", keys: Self.remedyKeys) else { return nil }
    guard let action = action(map, alarm) else { return nil }
    var remedy = RemedyEntry(action: action, policy: RemedyPolicyEntry(map))
    if let next = map["escalate"].flatMap({ self.remedy($0, of: alarm) }) { remedy.next = [next] }
    if !remedy.next.isEmpty, remedy.policy.attempts == nil {
      let _: Never? = map["escalate"]?.fail("means nothing without `attempts`: say after how many of them")
    }
    return remedy
  }

  /// Exactly one of `command`, `shell`, `job` and `restart`.
  private func action(_ map: FieldMap, _ alarm: String) -> RemedyEntry.Action? {
    let given = ["command", "shell", "job", "restart"].filter { map[$0] != nil }
    guard given.count == 1 else {
      return map.field.fail("give exactly one of `command`, `shell`, `job` and `restart`: it says what is done")
    }
    if given[0] != "job" { let _: Never? = map["payload"]?.fail("means nothing without `job`: remove it") }
    if given[0] == "job" || given[0] == "restart" {
      for key in JobReader.processKeys {
        let _: Never? = map[key]?.fail("means nothing without `command`: remove it")
      }
    }
    switch given[0] {
    case "job":
      let payload = map["payload"].flatMap { $0.json() }.flatMap { try? JSONLine.encode($0) }
      return map["job"]?.name().map { .job($0, payload: payload) }
    case "restart": return map["restart"]?.name().map { .restart($0) }
    default: return .command(command(map, alarm))
    }
  }

  /// What is run once, for a remedy or a message.
  func command(_ map: FieldMap, _ name: String) -> ProgramConfiguration {
    var program = programs.readCommand(of: name, map)
    if map["stop"] == nil { program.stop = RemedyEntry.stop }
    return program
  }
}

extension RemedyPolicyEntry {
  static let keys = ["timeout", "retry", "backoff", "attempts", "coolDown", "dryRun", "rerunIfRaisedDuringRun"]

  init(_ map: FieldMap) {
    map.read("timeout", into: &timeout) { $0.time(zero: false) }
    map.read("retry", into: &retry) { $0.time().map { .after($0) } }
    map.read("backoff", into: &retry) { BackoffConfiguration($0).map { .backoff($0) } }
    if let backoff = map["backoff"], map["retry"] != nil {
      let _: Never? = backoff.fail("give `retry` or `backoff`, not both")
    }
    map.read("attempts", into: &attempts) { $0.integer(1...1_000_000) }
    map.read("coolDown", into: &coolDown) { $0.time() }
    map.read("dryRun", into: &dryRun) { $0.bool() }
    map.read("rerunIfRaisedDuringRun", into: &rerunIfRaisedDuringRun) { $0.bool() }
  }
}
