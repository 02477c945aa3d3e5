/// How often something may start: a generic cell rate, as a value that a store can keep.
///
/// All it remembers is one time, the *theoretical arrival*: when a perfectly even flow would be due for its next start. A
/// start is allowed while that time is less than a period minus one interval ahead of the clock; so after a rest a burst
/// of ``RateLimit/count`` passes, and then one an interval. The interval is rounded up to a microsecond.
package struct RateGate: Sendable, Hashable, Codable {
  /// The limit; changing it keeps what was used.
  package var limit: RateLimit
  /// The theoretical arrival. ``WallTime/distantPast`` for a gate that nobody used.
  package var arrival: WallTime

  package init(_ limit: RateLimit, arrival: WallTime = .distantPast) {
    self.limit = limit
    self.arrival = arrival
  }

  /// Starts that are allowed now.
  package mutating func available(at now: WallTime) -> Int {
    clamp(at: now)
    let ahead = arrival < now ? 0 : now.duration(to: arrival).wholeMicroseconds
    guard ahead <= tolerance else { return 0 }
    return Int(min((tolerance - ahead) / interval + 1, Int64(limit.count)))
  }

  /// Uses starts that ``available(at:)`` allowed.
  package mutating func take(_ count: Int = 1, at now: WallTime) {
    clamp(at: now)
    guard count > 0 else { return }
    arrival = max(arrival, now).advanced(by: .microseconds(interval * Int64(count)))
  }

  /// When the next start is allowed: now, or later.
  package mutating func next(at now: WallTime) -> WallTime {
    clamp(at: now)
    return max(now, arrival.advanced(by: .microseconds(-tolerance)))
  }

  /// The arrival can never be more than a whole burst ahead; when it is, the clock was set back, and the gate forgets
  /// the old time instead of waiting for it.
  private mutating func clamp(at now: WallTime) {
    arrival = min(arrival, now.advanced(by: .microseconds(interval * Int64(max(1, limit.count)))))
  }

  /// Microseconds between two starts of an even flow, ≥ 1.
  private var interval: Int64 {
    let count = Int64(max(1, limit.count))
    let period = max(1, limit.period.wholeMicroseconds)
    return period / count + (period % count == 0 ? 0 : 1)
  }

  private var tolerance: Int64 { interval * Int64(max(1, limit.count) - 1) }
}
