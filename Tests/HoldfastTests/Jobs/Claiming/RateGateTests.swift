import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct RateGateTests {
  private let start = WallTime(microseconds: 1_000_000_000)

  private func at(_ seconds: Double) -> WallTime { start.advanced(by: .seconds(seconds)) }

  @Test func `a rested gate lets a burst through, then one an interval`() {
    var gate = RateGate(RateLimit(5, per: .seconds(1)))
    #expect(gate.available(at: start) == 5)
    gate.take(5, at: start)
    #expect(gate.available(at: start) == 0 && gate.next(at: start) == at(0.2))
    #expect(gate.available(at: at(0.199)) == 0)
    #expect(gate.available(at: at(0.2)) == 1)
    #expect(gate.available(at: at(0.65)) == 3)
    #expect(gate.available(at: at(60)) == 5)
  }

  @Test(arguments: [(1, 1.0), (10, 1.0), (3, 1.0), (7, 60.0), (600, 60.0)])
  func `the long run keeps the rate`(count: Int, period: Double) {
    var gate = RateGate(RateLimit(count, per: .seconds(period)))
    var taken = 0
    for step in 0..<10_000 {
      let now = at(Double(step) * period / Double(count) / 3)
      let free = gate.available(at: now)
      gate.take(free, at: now)
      taken += free
    }
    let allowed = 10_000 / 3 + count
    #expect(taken <= allowed && taken >= allowed - count - 2, "\(taken) of \(allowed)")
  }

  @Test func `the next instant is exact`() {
    var gate = RateGate(RateLimit(3, per: .seconds(1)))
    var now = start
    for _ in 0..<100 {
      let free = gate.available(at: now)
      #expect(free > 0)
      gate.take(free, at: now)
      let next = gate.next(at: now)
      #expect(gate.available(at: next.advanced(by: .microseconds(-1))) == 0)
      now = next
    }
  }

  @Test func `a clock that was set back blocks for a period at most`() {
    var gate = RateGate(RateLimit(2, per: .seconds(10)))
    gate.take(2, at: at(1_000_000))
    #expect(gate.available(at: start) == 0)
    #expect(gate.next(at: start) == at(5))
    #expect(gate.available(at: at(5)) == 1, "used up again from now on, not from the old time")
    gate.take(1, at: at(5))
    #expect(gate.next(at: at(5)) <= at(15))
  }

  @Test func `a clock that was set forward forgets nothing that matters`() {
    var gate = RateGate(RateLimit(2, per: .seconds(10)))
    gate.take(2, at: start)
    #expect(gate.available(at: at(1_000_000)) == 2)
  }

  @Test(arguments: [RateLimit(.max, per: .nanoseconds(1)), RateLimit(1, per: .seconds(366 * 86_400))])
  func `extreme limits do not trap`(limit: RateLimit) {
    var gate = RateGate(limit)
    for now in [start, .distantPast, .distantFuture, start] {
      gate.take(min(1000, gate.available(at: now)), at: now)
      #expect(gate.available(at: now) >= 0)
      _ = gate.next(at: now)
    }
  }
}
