/// How long to wait before the next attempt, as a value: for children, jobs and remedies alike (D1–D17).
///
/// ```swift
/// Backoff.exponential(from: .milliseconds(200), to: .seconds(30), jitter: .full)
/// Backoff.custom(initial: Duration.zero) { lifetime, last in
///   let next = lifetime > .seconds(5) ? .zero : max(.milliseconds(200), last * 2)
///   return (next, next)
/// }
/// ```
///
/// The first attempt after a failure is immediate unless ``immediateFirst`` is switched off, and a lifetime of at least
/// ``reset`` makes the next failure a first one again.
public struct Backoff: Sendable {
  /// What a delay is measured from (§3.2.14).
  public enum Meaning: String, Sendable, Hashable, Codable {
    /// The wait begins when the child ended (systemd's `RestartSec`). The default.
    case afterExit
    /// The child is not started again sooner than this after it was *started* (DelayedOTP, launchd): one that lived
    /// longer is restarted at once.
    case minimumLifetime
  }

  /// How the delays grow.
  public let kind: Kind
  /// No delay is longer than this, jitter included. Default 30 s.
  public var cap: Duration
  /// How delays are spread. Default none.
  public var jitter: Jitter
  /// Whether the first restart after a healthy time is immediate. Default true.
  public var immediateFirst: Bool
  /// A lifetime this long counts as healthy and starts the sequence anew. Default 60 s.
  public var reset: Duration
  /// What the delay is measured from. Default ``Meaning/afterExit``.
  public var meaning: Meaning

  /// A backoff of a kind, with every option spelled out.
  public init(
    _ kind: Kind, cap: Duration = .seconds(30), jitter: Jitter = .none, immediateFirst: Bool = true,
    reset: Duration = .seconds(60), meaning: Meaning = .afterExit
  ) {
    self.kind = kind
    self.cap = cap
    self.jitter = jitter
    self.immediateFirst = immediateFirst
    self.reset = reset
    self.meaning = meaning
  }

  /// What is remembered between the attempts of one child or job.
  public struct State: Sendable {
    /// Failures in a row, this one included.
    public internal(set) var attempt: UInt32 = 0
    var memory: Memory?

    /// Nothing has failed yet.
    public init() {}
  }

  /// What a kind with a memory carries from one attempt to the next; boxed, because most children never need it.
  indirect enum Memory: Sendable {
    case previous(Duration)
    case custom(pending: Duration, accumulator: any Sendable)
  }
}

extension Backoff {
  /// Restart at once, always.
  public static let none = Backoff(.none)

  /// First at once, then 200 ms doubling to 30 s with full jitter, anew after 60 s of health.
  public static let standard = Backoff.exponential(from: .milliseconds(200), to: .seconds(30), jitter: .full)

  /// The same delay each time.
  public static func constant(_ delay: Duration, jitter: Jitter = .none) -> Backoff {
    Backoff(.constant(delay), cap: delay, jitter: jitter)
  }

  /// `from`, `from + step`, `from + 2 · step` … up to `cap`.
  public static func linear(
    from: Duration, step: Duration, to cap: Duration = .seconds(30), jitter: Jitter = .none
  ) -> Backoff {
    Backoff(.linear(from: from, step: step), cap: cap, jitter: jitter)
  }

  /// `from`, `from · factor`, `from · factor²` … up to `cap`.
  public static func exponential(
    from: Duration, to cap: Duration = .seconds(30), factor: Double = 2, jitter: Jitter = .none
  ) -> Backoff {
    Backoff(.exponential(from: from, factor: factor), cap: cap, jitter: jitter)
  }

  /// `from` times 1, 1, 2, 3, 5, 8 … up to `cap`.
  public static func fibonacci(from: Duration, to cap: Duration = .seconds(30), jitter: Jitter = .none) -> Backoff {
    Backoff(.fibonacci(from: from), cap: cap, jitter: jitter)
  }

  /// DelayedOTP's `delay_fun`: called once per end with the lifetime and the accumulator, it gives the delay that the
  /// *next* end will wait (D2). Resetting is the function's own business (D5).
  ///
  /// A function that throws, or gives a negative delay, gets the cap instead and is reported; it can never hurt the
  /// supervisor (§3.2.11).
  public static func custom<Accumulator: Sendable>(
    initial: Accumulator, cap: Duration = .seconds(3600), meaning: Meaning = .afterExit,
    _ next: @escaping @Sendable (_ lifetime: Duration, Accumulator) throws -> (Duration, Accumulator)
  ) -> Backoff {
    let erased: Kind.Custom = { lifetime, accumulator in
      guard let accumulator = (accumulator ?? initial) as? Accumulator else { return (cap, initial) }
      return try next(lifetime, accumulator)
    }
    return Backoff(.custom(erased), cap: cap, meaning: meaning)
  }

  /// The same, with the first restart delayed too.
  public func delayingFirst() -> Backoff {
    var copy = self
    copy.immediateFirst = false
    return copy
  }

  /// The same, counting from the start of the child instead of from its end.
  public func asMinimumLifetime() -> Backoff {
    var copy = self
    copy.meaning = .minimumLifetime
    return copy
  }

  /// The same, with another healthy lifetime.
  public func resetting(after reset: Duration) -> Backoff {
    var copy = self
    copy.reset = reset
    return copy
  }
}

extension Backoff {
  /// The shape of a sequence of delays.
  public enum Kind: Sendable {
    /// A delay function with its accumulator erased; nil on the first call.
    public typealias Custom = @Sendable (Duration, (any Sendable)?) throws -> (Duration, any Sendable)

    /// Always zero.
    case none
    /// Always the same.
    case constant(Duration)
    /// Grows by a step.
    case linear(from: Duration, step: Duration)
    /// Grows by a factor ≥ 1.
    case exponential(from: Duration, factor: Double)
    /// Grows as the Fibonacci numbers do.
    case fibonacci(from: Duration)
    /// As a function says.
    case custom(Custom)
  }

  /// How delays are spread, so that many children that failed together do not return together.
  public enum Jitter: String, Sendable, Hashable, Codable, CaseIterable {
    /// Not at all.
    case none
    /// Uniform between zero and the delay.
    case full
    /// Half the delay, plus uniform up to the other half.
    case equal
    /// Uniform between the base and three times the previous delay (Amazon's "decorrelated").
    case decorrelated
  }
}

extension Backoff {
  /// Whether it gives the same delays as another; those of a function are never known to be the same.
  func isSame(as other: Backoff) -> Bool {
    let isSameKind =
      switch (kind, other.kind) {
      case (.none, .none): true
      case (.constant(let left), .constant(let right)): left == right
      case (.linear(let from, let step), .linear(let otherFrom, let otherStep)): (from, step) == (otherFrom, otherStep)
      case (.exponential(let from, let factor), .exponential(let otherFrom, let otherFactor)):
        from == otherFrom && factor == otherFactor
      case (.fibonacci(let left), .fibonacci(let right)): left == right
      default: false
      }
    return isSameKind && cap == other.cap && jitter == other.jitter && immediateFirst == other.immediateFirst
      && reset == other.reset && meaning == other.meaning
  }
}
