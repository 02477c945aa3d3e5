/// How many of something happened lately: in the span that is under way or in the one before, whichever was busier.
///
/// Two counters instead of a queue of instants; so it lags behind by a span at most, and forgets within two.
struct Turnover {
  private let span: Duration
  private var began = Instant.zero
  private var before = 0
  private var current = 0

  /// - Parameter span: What counts as lately, > 0.
  init(over span: Duration) { self.span = span }

  mutating func add(at now: Instant) {
    roll(to: now)
    current += 1
  }

  /// How many there were, as of the instant.
  mutating func count(at now: Instant) -> Int {
    roll(to: now)
    return max(before, current)
  }

  private mutating func roll(to now: Instant) {
    let passed = began.duration(to: now)
    guard passed >= span else { return }
    before = passed < span * 2 ? current : 0
    current = 0
    began = now
  }
}
