/// Nagios' measure of flapping: the newest 20 slots as bits, the newest lowest, set where there was a change (AL42).
///
/// Nagios weighs a change from 0.75 in the oldest slot to 1.25 in the newest, in steps of 0.5/19. All is counted in
/// 76ths here, so that the sums are exact: 57 in the oldest slot, 95 in the newest, 1520 for all twenty.
struct FlapCurve {
  static let count = 20
  /// 30 % starts flapping.
  static let high = 456
  /// 20 % ends it.
  static let low = 304
  private static let mask: UInt32 = (1 << 20) - 1

  let slots: UInt32

  init(slots: UInt32) {
    self.slots = slots & Self.mask
  }

  func level(afterQuietSlots quiet: Int64) -> Int {
    var bits = quiet >= Int64(Self.count) ? 0 : (slots << UInt32(max(0, quiet))) & Self.mask
    var level = 0
    while bits != 0 {
      level += 95 - 2 * bits.trailingZeroBitCount
      bits &= bits - 1
    }
    return level
  }

  /// How many quiet slots end the flapping; a quiet slot never raises the level.
  var quietSlotsToStop: Int64 {
    Int64((0...Self.count).first { level(afterQuietSlots: Int64($0)) <= Self.low } ?? Self.count)
  }

  /// The slots after a change. A slot that would have ended quietly at this very instant ends with the change.
  func changed(afterQuiet time: Int64, slot: Int64) -> UInt32 {
    let quiet = max(0, time - 1) / slot
    return ((quiet >= Int64(Self.count) ? 0 : slots << UInt32(quiet)) << 1 | 1) & Self.mask
  }
}
