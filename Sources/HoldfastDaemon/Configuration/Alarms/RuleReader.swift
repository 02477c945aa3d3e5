import Holdfast
import Yams

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads rules as they stand in the daemon's file and in tests of rules.
struct RuleReader {
  static let keys = ["when", "severity", "description", "instances", "remedy", "latch", "inhibits"]

  /// The rule of an entry, or one for each of its instances; `wifi.down: flapping(x)` is short for `{ when: … }`.
  func rules(_ name: String, _ field: Field) -> [AlarmRule]? {
    if field.text != nil { return field.expression().map { [AlarmRule(name, when: $0)] } }
    guard let map = field.map("with `when`", keys: Self.keys),
      let when = map.required("when", "a rule such as debounce(wifi.down, 15s)")?.expression()
    else { return nil }
    var rule = AlarmRule(name, when: when)
    map.read("severity", into: &rule.severity) { $0.severity() }
    map.read("description", into: &rule.description) { $0.string() }
    return instances(of: rule, map)
  }

  private func instances(of rule: AlarmRule, _ map: FieldMap) -> [AlarmRule]? {
    guard let list = map["instances"] else { return [rule] }
    return list.list(of: "values, such as [eth0, wlan0]") { value in
      let values = value.node.sequence == nil ? value.string().map { [$0] } : value.list(of: "values") { $0.string() }
      guard let values else { return nil }
      do {
        return try rule.instance(of: values)
      } catch {
        return value.fail("\(error)")
      }
    }
  }

  /// An engine with these rules; those that do not fit are reported at their places.
  ///
  /// All at once, because rules may build on those that follow; one by one where that fails, to find the culprit.
  func engine(for rules: [(rule: AlarmRule, field: Field)]) -> AlarmEngine {
    let zero = AlarmTime(.zero, wall: .distantPast)
    var engine = AlarmEngine()
    if (try? engine.register(rules.map(\.rule), at: zero)) != nil { return engine }
    for (rule, field) in rules {
      do {
        try engine.register(rule, at: zero)
      } catch {
        let _: Never? = field.fail("\(error)")
      }
    }
    return engine
  }
}
