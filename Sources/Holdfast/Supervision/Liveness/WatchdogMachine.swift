/// Decides whether the cooperative pool is starved: whether a trivial task runs in time. A pure value.
struct WatchdogMachine {
  enum Action: Equatable {
    /// Ask the pool to run the trivial task of this number.
    case probe(UInt64)
    /// The trivial task has waited for so long.
    case starved(Duration)
    /// It ran after all, so long after it was asked for.
    case recovered(Duration)
  }

  let threshold: Duration
  private var number: UInt64 = 0
  private var askedAt: Instant?
  private var isStarved = false

  init(threshold: Duration) {
    self.threshold = threshold
  }

  /// The thread woke up. One probe is out at a time, so a starved pool is not filled with more of them.
  mutating func ticked(at now: Instant) -> Action? {
    guard let askedAt else {
      number += 1
      self.askedAt = now
      return .probe(number)
    }
    let waited = askedAt.duration(to: now)
    guard !isStarved, waited >= threshold else { return nil }
    isStarved = true
    return .starved(waited)
  }

  /// A trivial task ran.
  mutating func ran(_ probe: UInt64, at now: Instant) -> Action? {
    guard probe == number, let askedAt else { return nil }
    defer {
      self.askedAt = nil
      isStarved = false
    }
    return isStarved ? .recovered(askedAt.duration(to: now)) : nil
  }
}
