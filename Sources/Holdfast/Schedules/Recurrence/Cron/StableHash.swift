/// FNV-1a with 64 bits: the same on every machine and in every version, so that `H` never moves a schedule.
enum StableHash {
  static func of(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// The value that a name gets within a range of a field.
  static func value(for name: String, _ field: CronField, in range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(of("\(name)|\(field.rawValue)") % UInt64(range.count))
  }
}
