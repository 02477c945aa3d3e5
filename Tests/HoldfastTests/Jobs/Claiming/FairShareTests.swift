import HoldfastTesting
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct FairShareTests {
  /// Serves `count` jobs among lanes that never run dry.
  private func serve(_ share: inout FairShare, _ count: Int) -> [Int: Int] {
    var served: [Int: Int] = [:]
    for _ in 0..<count {
      guard let lane = share.next else { break }
      served[lane, default: 0] += 1
      share.charge(lane)
    }
    return served
  }

  @Test(arguments: [[1.0, 1, 1], [1, 2, 5], [0.1, 1, 10], [3, 3, 0.5]])
  func `lanes with work get jobs by weight`(weights: [Double]) {
    var share = FairShare()
    for (lane, weight) in weights.enumerated() {
      share.setWeight(weight, of: lane)
      share.begin(lane)
    }
    let served = serve(&share, 10_000)
    let sum = weights.reduce(0, +)
    for (lane, weight) in weights.enumerated() {
      let expected = 10_000 * weight / sum
      #expect(abs(Double(served[lane] ?? 0) - expected) <= max(2, expected / 100), "lane \(lane) of \(weights)")
    }
  }

  @Test func `200 tenants of random weights and loads get their shares`() {
    var random = SplitMix64(seed: 7)
    var share = FairShare()
    let weights = (0..<200).map { _ in Double.random(in: 0.5...8, using: &random) }
    for (lane, weight) in weights.enumerated() {
      share.setWeight(weight, of: lane)
      share.begin(lane)
    }
    let served = serve(&share, 100_000)
    let sum = weights.reduce(0, +)
    for (lane, weight) in weights.enumerated() {
      let expected = 100_000 * weight / sum
      #expect(abs(Double(served[lane] ?? 0) - expected) <= expected * 0.1, "seed 7, lane \(lane)")
    }
  }

  @Test func `rest is neither saved nor paid for`() {
    var share = FairShare()
    for lane in 0..<2 { share.begin(lane) }
    _ = serve(&share, 1000)
    share.end(1)
    _ = serve(&share, 1000)
    share.begin(1)
    let served = serve(&share, 100)
    #expect(abs((served[1] ?? 0) - 50) <= 1)
  }

  @Test(arguments: [1.0, 4]) func `a lane that was charged for many at once owes a newcomer nothing`(weight: Double) {
    var share = FairShare()
    share.setWeight(weight, of: 0)
    share.begin(0)
    share.charge(0, jobs: 1000)
    share.begin(1)
    let served = serve(&share, 100)
    #expect(abs(Double(served[0] ?? 0) - 100 * weight / (weight + 1)) <= 2)
  }

  @Test func `coming and going does not make a lane cheaper`() {
    var share = FairShare()
    for lane in 0..<2 { share.begin(lane) }
    var served = [0, 0]
    for _ in 0..<1000 {
      guard let lane = share.next else { break }
      served[lane] += 1
      share.charge(lane)
      if lane == 1 {
        share.end(1)
        share.begin(1)
      }
    }
    #expect(abs(served[0] - served[1]) <= 1)
  }

  @Test func `skipped lanes sit out one round`() {
    var share = FairShare()
    for lane in 0..<3 { share.begin(lane) }
    share.skip(0)
    share.charge(1)
    #expect(share.next == 2)
    share.endRound()
    #expect(share.next == 0)
    share.end(0)
    share.forget(1)
    #expect(share.next == 2 && share.active == 1)
  }
}
