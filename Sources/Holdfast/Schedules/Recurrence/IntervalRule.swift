/// Every so often, counted from 1970 in UTC: phase + k · length, in microseconds, before the epoch too.
struct IntervalRule: Hashable, Sendable {
  let length: Int
  /// Zero to less than the length.
  let phase: Int

  init(length: Int, phase: Int) {
    self.length = length
    self.phase = phase.floorRemainder(by: length)
  }

  /// The shortest is a millisecond, the longest a hundred years.
  static let lengths = 1000...3_155_760_000_000_000

  func next(after time: Int) -> Int { (time - phase).floorDivided(by: length) * length + length + phase }

  func previous(before time: Int) -> Int { (time - phase - 1).floorDivided(by: length) * length + phase }

  func contains(_ time: Int) -> Bool { (time - phase).floorRemainder(by: length) == 0 }

  func count(after start: Int, through end: Int) -> Int {
    (end - phase).floorDivided(by: length) - (start - phase).floorDivided(by: length)
  }
}
