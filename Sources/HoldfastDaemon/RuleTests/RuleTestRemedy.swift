import Holdfast

/// `remedy: { timeout: 60s, retry: 60s, attempts: 3, takes: 5s, fails: true }`: a remedy that is played, not run.
enum RuleTestRemedy {
  /// What the daemon would do may stand there, so that its own rules can be tested as they are; it is not done.
  private static let keys = AlarmReader.remedyKeys + ["takes", "fails"]

  static func read(_ field: Field) -> AlarmRuleTest.Remedy? {
    guard let map = field.map("that describes a remedy", keys: keys) else { return nil }
    var remedy = AlarmRuleTest.Remedy(RemedyPolicyEntry(map).library)
    map.read("takes", into: &remedy.takes) { $0.time() }
    map.read("fails", into: &remedy.fails) { $0.bool() }
    return remedy
  }
}
