import HoldfastTesting
import Testing

@testable import Holdfast

/// Counting what several intervals, or an interval and its exclusion, have in common.
@Suite(.timeLimit(.minutes(10))) struct SharedCountingTests {
  private static let day = 86_400_000_000

  private func node(_ text: String) throws -> RecurrenceNode { try Recurrence(text).node }

  @Test(
    "SC21 moments that intervals share are counted in closed form, for years of milliseconds",
    arguments: [
      ("@every 1ms | @every 7ms", 365, 365 * 86_400_000),
      ("@every 2ms | @every 7ms", 365, 18_020_571_429),
      ("@every 2ms | @every 3ms | @every 5ms", 3650, 3650 * 86_400_000 / 30 * 22),
      ("@every 2ms | @every 4ms/1ms", 365, 365 * 86_400_000 / 4 * 3),
      ("@every 1ms except (@every 7ms)", 365, 365 * 86_400_000 - 4_505_142_857),
      ("(@every 1ms except (@every 2ms)) | @every 2ms | @every 3ms", 365, 365 * 86_400_000),
      ("@every 1ms | * * * * * *", 365, 365 * 86_400_000),
      ("@every 1ms | @at 1970-06-01T00:00:00Z | @at 1970-06-01T00:00:00.0005Z", 365, 365 * 86_400_000 + 1),
      ("@every 40000h/1ms | @every 40001h/2ms", 365, 2),
    ])
  func years(text: String, days: Int, count: Int) throws {
    #expect(try node(text).count(after: 0, through: days * Self.day) == count)
  }

  @Test("SC21 any union of intervals and its exclusions count as often as they are found", arguments: 0..<100)
  func unions(number: UInt64) throws {
    let seed = 0x5eed + number
    var random = SplitMix64(seed: seed)
    var rule = Self.union(using: &random)
    if Bool.random(using: &random) { rule = .except(rule, .rule(Self.union(using: &random))) }
    if Bool.random(using: &random) { rule = .union([rule, Self.union(using: &random)]) }
    let start = Int.random(in: -50_000...50_000, using: &random)
    let end = start + Int.random(in: 0...8000, using: &random)
    let found = (start + 1..<max(start + 1, end + 1)).count { rule.contains($0) }
    #expect(rule.count(after: start, through: end) == found, "seed \(seed): \(rule), \(start)...\(end)")
  }

  private static func union(using random: inout SplitMix64) -> RecurrenceNode {
    .union(
      (0..<Int.random(in: 1...6, using: &random)).map { _ in
        if Int.random(in: 0..<6, using: &random) == 0 { return .once(.random(in: -50_000...60_000, using: &random)) }
        let length = [4, 6, 9, 10, 64, 210, 997, 3000].randomElement(using: &random) ?? 1
        return .interval(IntervalRule(length: length, phase: .random(in: 0..<length, using: &random)))
      })
  }

  @Test("SC21 two intervals meet in one of all their common multiples, in one moment of all time, or never")
  func meetings() {
    let years = IntervalRule.lengths.upperBound
    var (left, right) = (IntervalRule(length: 4, phase: 1), IntervalRule(length: 6, phase: 3))
    #expect(left.intersection(right) == .interval(IntervalRule(length: 12, phase: 9)))
    #expect(left.intersection(IntervalRule(length: 6, phase: 2)) == .manual)
    // Their common multiple is far beyond 64 bits.
    for meeting in [WallTime.earliest.moment, -7, 0, 1_700_000_000_000_000, WallTime.latest.moment] {
      (left, right) = (IntervalRule(length: years, phase: meeting), IntervalRule(length: years - 1, phase: meeting))
      #expect(left.intersection(right) == .once(meeting) && right.intersection(left) == .once(meeting))
    }
    // They meet, but not before the year 10000.
    right = IntervalRule(length: years - 1, phase: WallTime.latest.moment + 1 + years * 90)
    left = IntervalRule(length: years, phase: WallTime.latest.moment + 1)
    #expect(left.intersection(right) == .manual)
  }

  @Test("SC21 many intervals without common multiples fit into the closed form as far as it goes, and then are walked")
  func many() {
    let primes = (2..<312).filter { number in !(2..<number).contains { number.isMultiple(of: $0) } }
    let rule = RecurrenceNode.union(primes.map { .interval(IntervalRule(length: $0, phase: 0)) })
    let found = (1...20_000).count { rule.contains($0) }
    #expect(primes.count == 64 && rule.count(after: 0, through: 20_000) == found)
  }
}
