import Holdfast
import Yams

extension RuleTestReader {
  /// `{ at: 15s, set: wifi.down, expect: { wifi.unstable: set } }`; reports come before expectations.
  mutating func read(step field: Field) {
    let keys = ["at", "set", "clear", "forget", "description", "expect"]
    guard let map = field.map("such as { at: 15s, set: wifi.down }", keys: keys) else { return }
    guard let time = map.required("at", "a time since the beginning, such as 15s")?.time() else { return }
    if let last = steps.last?.time, time < last {
      let _: Never? = field.fail("comes before the step above it; put the steps in the order of time")
      return
    }
    let description = map["description"]?.string()
    let before = steps.count
    report(map["set"], time) { .set($0, description) }
    report(map["clear"], time) { .clear($0) }
    report(map["forget"], time) { .forget($0) }
    let isFaulty = steps.count == before && (map["set"] ?? map["clear"] ?? map["forget"]) != nil
    if let expect = map["expect"] { read(expect, time) }
    if steps.count == before, !isFaulty, map["expect"] == nil {
      let _: Never? = field.fail("does nothing: give `set`, `clear`, `forget` or `expect`")
    }
  }

  private mutating func report(_ field: Field?, _ time: Duration, _ action: (AlarmID) -> AlarmRuleTest.Action) {
    guard let field, let ids = field.alarms() else { return }
    for id in ids where !isDerived(id, field) { add(action(id), time, field) }
  }

  private mutating func add(_ action: AlarmRuleTest.Action, _ time: Duration, _ field: Field) {
    steps.append(.init(at: time, action))
    marks.append(field.node.mark)
  }

  private mutating func read(_ expect: Field, _ time: Duration) {
    guard let entries = expect.entries("from alarms to states") else { return }
    for entry in entries {
      if entry.key == "remedy" {
        readRemedies(entry.value, time)
      } else if let id = entry.keyField.alarm(), let state: AlarmState = entry.value.choice() {
        add(.expect(id, state), time, entry.value)
      }
    }
  }

  /// `remedy: started#1` where there is one, else `remedy: { wifi.unstable: started#1 }`.
  private mutating func readRemedies(_ field: Field, _ time: Duration) {
    if field.text == nil {
      for entry in field.entries("from alarms to what their remedies do") ?? [] {
        guard let id = entry.keyField.alarm() else { continue }
        guard remedies[id] != nil else {
          let _: Never? = entry.keyField.fail("\(id) has no `remedy:` in this file")
          continue
        }
        readRemedy(of: id, entry.value, time)
      }
    } else if remedies.count == 1, let id = remedies.keys.first {
      readRemedy(of: id, field, time)
    } else {
      let _: Never? = field.fail("there is not exactly one remedy: write remedy: { ALARM: started#1 }")
    }
  }

  private mutating func readRemedy(of id: AlarmID, _ field: Field, _ time: Duration) {
    let text = field.text ?? ""
    if let state = RemedyState(rawValue: text) {
      add(.expectRemedy(id, state), time, field)
    } else if text.hasPrefix("started#"), let starts = Int(text.dropFirst(8)), starts >= 0 {
      add(.expectStarts(id, starts), time, field)
    } else {
      let words = RemedyState.allCases.map(\.rawValue).joined(separator: ", ")
      let _: Never? = field.expected("started#1 (how often it was started) or one of \(words)")
    }
  }
}
