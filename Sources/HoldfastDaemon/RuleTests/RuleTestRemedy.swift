import Holdfast

/// `remedy: { timeout: 60s, retry: 60s, attempts: 3, takes: 5s, fails: true }`: a remedy that is played, not run.
enum RuleTestRemedy {
  /// A `command` may stand there, so that the daemon's own rules can be tested as they are; it is not run.
  private static let keys = [
    "command", "timeout", "retry", "backoff", "attempts", "coolDown", "dryRun", "rerunIfRaisedDuringRun", "takes",
    "fails",
  ]

  static func read(_ field: Field) -> AlarmRuleTest.Remedy? {
    guard let map = field.map("that describes a remedy", keys: keys) else { return nil }
    var policy = RemedyPolicy()
    map.read("timeout", into: &policy.timeout) { $0.time(zero: false) }
    map.read("retry", into: &policy.retry) { $0.time().map { .after($0) } }
    map.read("backoff", into: &policy.retry) { BackoffConfiguration($0).map { .backoff($0.policy) } }
    if let backoff = map["backoff"], map["retry"] != nil {
      let _: Never? = backoff.fail("give `retry` or `backoff`, not both")
    }
    map.read("attempts", into: &policy.maxAttempts) { $0.integer(1...1_000_000) }
    map.read("coolDown", into: &policy.coolDown) { $0.time() }
    map.read("dryRun", into: &policy.isDryRun) { $0.bool() }
    map.read("rerunIfRaisedDuringRun", into: &policy.rerunIfRaisedDuringRun) { $0.bool() }
    var remedy = AlarmRuleTest.Remedy(policy)
    map.read("takes", into: &remedy.takes) { $0.time() }
    map.read("fails", into: &remedy.fails) { $0.bool() }
    return remedy
  }
}
