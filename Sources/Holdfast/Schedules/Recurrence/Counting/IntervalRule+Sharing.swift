extension IntervalRule {
  /// The moments of both: one in every least common multiple of the lengths, or none.
  ///
  /// Where that multiple is longer than all the time there is, it is a single moment, or none.
  func intersection(_ other: IntervalRule) -> RecurrenceNode {
    let divisor = length.greatestCommonDivisor(with: other.length)
    let distance = other.phase - phase
    guard distance.isMultiple(of: divisor) else { return .manual }
    // How many of our lengths it takes from our phase to the first moment that is one of theirs, too.
    let cycle = other.length / divisor
    let (factor, steps) = ((length / divisor).inverse(modulo: cycle), (distance / divisor).floorRemainder(by: cycle))
    // Only here do products outgrow 64 bits.
    let first = Int128(phase) + Int128(length) * (Int128(steps) * Int128(factor) % Int128(cycle))
    return Self.every(Int128(length) * Int128(cycle), first: first)
  }

  /// - Parameter first: Zero to less than the length.
  private static func every(_ length: Int128, first: Int128) -> RecurrenceNode {
    let (earliest, latest) = (WallTime.earliest.moment, WallTime.latest.moment)
    if length <= Int128(latest - earliest) {
      return .interval(IntervalRule(length: Int(length), phase: Int(first)))
    }
    let moment = first <= Int128(latest) ? first : first - length
    return (Int128(earliest)...Int128(latest)).contains(moment) ? .once(Int(moment)) : .manual
  }
}

extension Int {
  fileprivate func greatestCommonDivisor(with other: Int) -> Int {
    var (left, right) = (self, other)
    while right != 0 { (left, right) = (right, left % right) }
    return left
  }

  /// What this has to be multiplied by for a remainder of 1; both are greater than zero and have no common divisor.
  fileprivate func inverse(modulo modulus: Int) -> Int {
    var (remainder, next) = (modulus, self % modulus)
    var (result, following) = (0, 1)
    while next != 0 {
      let quotient = remainder / next
      (remainder, next) = (next, remainder - quotient * next)
      (result, following) = (following, result - quotient * following)
    }
    return result.floorRemainder(by: modulus)
  }
}
