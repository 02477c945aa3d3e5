import DequeModule

/// The instants of the restarts that still count against an intensity: a sliding window in nanoseconds (S6, S7).
///
/// Each restart enters and leaves the window once, so admitting one costs O(1) amortised however many there were, and
/// the window never holds more than the allowed number of instants.
struct RestartWindow {
  let limit: Int
  let period: Duration
  private var instants = Deque<Instant>()

  init(_ intensity: Intensity) {
    limit = intensity.restarts
    period = intensity.period
  }

  /// Counts a restart; false when it is one too many. A restart exactly one period old still counts.
  mutating func admit(at now: Instant) -> Bool {
    guard limit < .max else { return true }
    expire(at: now)
    guard instants.count < limit else { return false }
    instants.append(now)
    return true
  }

  /// Restarts that may still happen now without a breach.
  func budget(at now: Instant) -> Int {
    guard limit < .max else { return .max }
    let edge = now.advanced(by: .zero - period)
    return limit - instants.reversed().prefix { $0 >= edge }.count
  }

  mutating func clear() {
    instants.removeAll()
  }

  private mutating func expire(at now: Instant) {
    let edge = now.advanced(by: .zero - period)
    while let oldest = instants.first, oldest < edge { instants.removeFirst() }
  }
}
