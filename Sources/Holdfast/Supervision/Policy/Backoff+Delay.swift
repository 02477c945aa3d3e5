extension Backoff {
  /// What a failure costs: the delay, and whether the delay function misbehaved.
  struct Verdict: Equatable {
    var delay: Duration
    var fault: String?
  }

  /// The delay after an end, given how long the child or the attempt lived.
  ///
  /// - Parameters:
  ///   - lifetime: Real running time, padding and waiting excluded (D3).
  ///   - state: What earlier attempts left; updated.
  ///   - generator: The source of jitter, injected so that tests and simulations repeat.
  func delay(
    after lifetime: Duration, state: inout State, using generator: inout some RandomNumberGenerator
  ) -> Verdict {
    if lifetime >= reset { state.attempt = 0 }
    state.attempt = state.attempt == .max ? .max : state.attempt + 1
    if case .custom(let next) = kind { return custom(next, after: lifetime, state: &state) }
    if state.attempt == 1 { state.memory = nil }
    guard let base = base(attempt: state.attempt) else { return Verdict(delay: .zero) }
    return Verdict(delay: spread(base, state: &state, using: &generator))
  }

  /// The n-th delay before jitter, 1 being the first failure; nil means at once.
  private func base(attempt: UInt32) -> Duration? {
    guard attempt > 1 || !immediateFirst else { return nil }
    let step = Int(attempt) - (immediateFirst ? 2 : 1)
    let delay: Duration =
      switch kind {
      case .none, .custom: .zero
      case .constant(let delay): delay
      case .linear(let from, let increment): scaled(increment, by: Double(step), from: from)
      case .exponential(let from, let factor): scaled(from, by: power(factor, step))
      case .fibonacci(let from): scaled(from, by: fibonacci(step))
      }
    return min(max(.zero, delay), cap)
  }

  /// Multiplies without leaving the range of `Duration`: the cap is applied before the product is formed.
  private func scaled(_ delay: Duration, by factor: Double, from first: Duration = .zero) -> Duration {
    first.seconds + factor * delay.seconds >= cap.seconds ? cap : first + delay * factor
  }

  /// By squaring, because a child may have failed a million times.
  private func power(_ factor: Double, _ exponent: Int) -> Double {
    var (result, square, left) = (1.0, max(1, factor), exponent)
    while left > 0 {
      if left & 1 == 1 { result = min(result * square, 1e15) }
      square = min(square * square, 1e15)
      left >>= 1
    }
    return result
  }

  private func fibonacci(_ index: Int) -> Double {
    var (current, next) = (1.0, 1.0)
    for _ in 0..<min(index, 75) { (current, next) = (next, current + next) }
    return current
  }

  private func spread(
    _ base: Duration, state: inout State, using generator: inout some RandomNumberGenerator
  ) -> Duration {
    switch jitter {
    case .none: return base
    case .full: return uniform(.zero, base, using: &generator)
    case .equal: return base / 2 + uniform(.zero, base - base / 2, using: &generator)
    case .decorrelated:
      let first = self.base(attempt: immediateFirst ? 2 : 1) ?? .zero
      guard case .previous(let previous) = state.memory else {
        state.memory = .previous(first)
        return first
      }
      let delay = min(cap, uniform(first, max(first, previous * 3), using: &generator))
      state.memory = .previous(delay)
      return delay
    }
  }

  private func uniform(
    _ low: Duration, _ high: Duration, using generator: inout some RandomNumberGenerator
  ) -> Duration {
    let (low, high) = (low.wholeNanoseconds, max(low, high).wholeNanoseconds)
    return .nanoseconds(Int64.random(in: low...high, using: &generator))
  }

  /// D2: the value that the function gives at one end is waited for at the next; without ``immediateFirst`` it is
  /// waited for at once.
  private func custom(_ next: Kind.Custom, after lifetime: Duration, state: inout State) -> Verdict {
    var pending = Duration.zero
    var accumulator: (any Sendable)?
    if case .custom(let delay, let value) = state.memory { (pending, accumulator) = (delay, value) }
    var fault: String?
    var given = cap
    do {
      let result = try next(lifetime, accumulator)
      accumulator = result.1
      if result.0 < .zero { fault = "gave the negative delay \(result.0)" } else { given = min(result.0, cap) }
    } catch {
      fault = "threw \(error)"
    }
    state.memory = accumulator.map { .custom(pending: given, accumulator: $0) }
    return Verdict(delay: immediateFirst ? pending : given, fault: fault)
  }
}
