import HoldfastTesting
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct BackoffTests {
  private func delays(_ backoff: Backoff, _ count: Int, lifetime: Duration = .zero, seed: UInt64 = 7) -> [Duration] {
    var state = Backoff.State()
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in backoff.delay(after: lifetime, state: &state, using: &random).delay }
  }

  @Test(arguments: [
    (Backoff.none, [0, 0, 0, 0, 0]),
    (.constant(.seconds(3)), [0, 3, 3, 3, 3]),
    (.linear(from: .seconds(1), step: .seconds(2), to: .seconds(6)), [0, 1, 3, 5, 6]),
    (.exponential(from: .seconds(1), to: .seconds(6)), [0, 1, 2, 4, 6]),
    (.exponential(from: .seconds(1), to: .seconds(60), factor: 3), [0, 1, 3, 9, 27]),
    (.fibonacci(from: .seconds(1)), [0, 1, 1, 2, 3]),
    (Backoff.exponential(from: .seconds(1)).delayingFirst(), [1, 2, 4, 8, 16]),
  ]) func `each kind grows in its own way, the first restart being immediate`(backoff: Backoff, expected: [Int]) {
    #expect(delays(backoff, 5) == expected.map { .seconds($0) })
  }

  @Test func `very many failures stay at the cap`() {
    let kinds: [Backoff] = [
      .exponential(from: .seconds(1), factor: 10), .fibonacci(from: .seconds(1)),
      .linear(from: .seconds(1), step: .seconds(1)),
    ]
    for backoff in kinds { #expect(delays(backoff, 5000).last == .seconds(30)) }
  }

  @Test func `extreme durations neither trap nor go beyond the cap`() {
    let huge = Duration.seconds(Int64.max)
    let kinds: [Backoff] = [
      .linear(from: huge, step: huge, to: huge), .exponential(from: huge, to: huge, factor: 1e9),
      .fibonacci(from: huge, to: huge), .constant(huge, jitter: .full),
      .exponential(from: huge, to: huge, jitter: .decorrelated),
    ]
    for backoff in kinds { #expect(delays(backoff, 50).allSatisfy { $0 >= .zero && $0 <= huge }) }
  }

  @Test(arguments: [
    (Backoff.Jitter.full, 0.0...8.0), (.equal, 4.0...8.0), (.decorrelated, 1.0...30.0), (.none, 8.0...8.0),
  ]) func `jitter stays in its range and repeats with its seed`(jitter: Backoff.Jitter, range: ClosedRange<Double>) {
    let backoff = Backoff.exponential(from: .seconds(1), jitter: jitter)
    var distinct = Set<Duration>()
    for seed in 0..<200 as Range<UInt64> {
      let fifth = delays(backoff, 5, seed: seed)[4]
      #expect(range.contains(fifth.seconds))
      #expect(delays(backoff, 5, seed: seed)[4] == fifth)
      distinct.insert(fifth)
    }
    #expect((distinct.count == 1) == (jitter == .none))
  }

  @Test func `a healthy lifetime makes the next failure a first one`() {
    let backoff = Backoff.exponential(from: .seconds(1)).resetting(after: .seconds(10))
    #expect(delays(backoff, 3, lifetime: .seconds(10)) == [.zero, .zero, .zero])
    #expect(delays(backoff, 3, lifetime: .seconds(9)) == [.zero, .seconds(1), .seconds(2)])
  }

  @Test func `the default is immediate, then 200 ms doubling to 30 s with full jitter`() {
    #expect(delays(.standard, 1) == [.zero])
    for seed in 0..<100 as Range<UInt64> {
      let delays = delays(.standard, 20, seed: seed)
      #expect(delays[1] <= .milliseconds(200))
      #expect(delays.allSatisfy { $0 <= .seconds(30) })
    }
  }

  @Test func `D2 a custom delay waits at the next end, or at once without an immediate first`() {
    let custom = Backoff.custom(initial: 0) { _, count in (.seconds(count + 1), count + 1) }
    #expect(delays(custom, 4) == [0, 1, 2, 3].map { .seconds($0) })
    #expect(delays(custom.delayingFirst(), 4) == [1, 2, 3, 4].map { .seconds($0) })
  }
}
