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
      guard let read = RuleReader().rules(entry.key, entry.value) else { continue }
      pending += read.map { ($0, entry.keyField) }
      readRemedy(of: read, entry.value)
    }
    rules = pending.map(\.rule)
    engine = RuleReader().engine(for: pending)
  }

  private mutating func readRemedy(of rules: [AlarmRule], _ field: Field) {
    guard let entry = field.node.mapping.flatMap({ _ in field.entries("") })?.first(where: { $0.key == "remedy" }),
      let remedy = RuleTestRemedy.read(entry.value)
    else { return }
    for id in rules.compactMap({ try? AlarmID(parsing: $0.name) }) { remedies[id] = remedy }
  }

  /// Whether the state of an alarm follows from a rule, which is reported.
  func isDerived(_ id: AlarmID, _ field: Field) -> Bool {
    guard engine.status(of: id)?.isDerived == true else { return false }
    let _: Never? = field.fail("\(id) follows from a rule; report what the rule looks at")
    return true
  }
}
