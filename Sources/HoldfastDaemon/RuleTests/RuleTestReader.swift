import Holdfast
import Yams

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Turns a test's file into rules and steps; what is wrong goes to the fields' list of problems.
struct RuleTestReader {
  private(set) var rules: [AlarmRule] = []
  private(set) var remedies: [AlarmID: AlarmRuleTest.Remedy] = [:]
  var steps: [AlarmRuleTest.Step] = []
  var marks: [Mark?] = []
  /// Knows the rules, so that circles and reports about derived alarms are found while reading.
  private var engine = AlarmEngine()

  mutating func read(_ root: Field) {
    guard let map = root.map("with `rules` and `timeline`", keys: ["rules", "timeline"]) else { return }
    if let field = map["rules"], !field.isNothing { readRules(field) }
    guard let timeline = map.required("timeline", "a list of steps such as { at: 15s, expect: { x: set } }"),
      let steps = timeline.list(of: "steps", { $0 })
    else { return }
    for step in steps { read(step: step) }
  }

  private mutating func readRules(_ field: Field) {
    guard let entries = field.entries("from alarms to rules") else { return }
    var pending: [(rule: AlarmRule, field: Field)] = []
    for entry in entries {
      guard let read = rule(entry.key, entry.value) else { continue }
      for rule in read { pending.append((rule, entry.keyField)) }
    }
    register(pending)
  }

  /// All at once, because rules may build on those that follow; one by one where that fails, to find the culprit.
  private mutating func register(_ pending: [(rule: AlarmRule, field: Field)]) {
    let zero = AlarmTime(.zero, wall: .distantPast)
    rules = pending.map(\.rule)
    if (try? engine.register(rules, at: zero)) != nil { return }
    for (rule, field) in pending {
      do {
        try engine.register(rule, at: zero)
      } catch {
        let _: Never? = field.fail("\(error)")
      }
    }
  }

  private mutating func rule(_ name: String, _ field: Field) -> [AlarmRule]? {
    if field.text != nil { return field.expression().map { [AlarmRule(name, when: $0)] } }
    let keys = ["when", "severity", "description", "instances", "remedy"]
    guard let map = field.map("with `when`", keys: keys) else { return nil }
    guard let when = map.required("when", "a rule such as debounce(wifi.down, 15s)")?.expression() else { return nil }
    var rule = AlarmRule(name, when: when)
    map.read("severity", into: &rule.severity) { $0.severity() }
    map.read("description", into: &rule.description) { $0.string() }
    guard let rules = instances(of: rule, map, field) else { return nil }
    if let field = map["remedy"], let remedy = RuleTestRemedy.read(field) {
      for id in rules.compactMap({ try? AlarmID(parsing: $0.name) }) { remedies[id] = remedy }
    }
    return rules
  }

  private func instances(of rule: AlarmRule, _ map: FieldMap, _ field: Field) -> [AlarmRule]? {
    guard let list = map["instances"] else { return [rule] }
    return list.list(of: "values, such as [eth0, wlan0]") { value in
      guard
        let values = value.node.sequence == nil
          ? value.string().map({ [$0] }) : value.list(of: "values", { $0.string() })
      else { return nil }
      do {
        return try rule.instance(of: values)
      } catch {
        return value.fail("\(error)")
      }
    }
  }

  /// Whether the state of an alarm follows from a rule, which is reported.
  func isDerived(_ id: AlarmID, _ field: Field) -> Bool {
    guard engine.status(of: id)?.isDerived == true else { return false }
    let _: Never? = field.fail("\(id) follows from a rule; report what the rule looks at")
    return true
  }
}
