/// The format of the system's time zone files (RFC 9636, "TZif").
enum ZoneFile {
  /// - Returns: Nil when the bytes are no such file, or count leap seconds, which UTC as computers keep it does not.
  static func table(_ bytes: [UInt8]) -> ZoneTable? {
    guard let first = Block(bytes, at: 0, wide: false) else { return nil }
    guard first.version >= UInt8(ascii: "2") else { return first.table(bytes, rule: nil) }
    guard let second = Block(bytes, at: first.end, wide: true) else { return nil }
    let footer = bytes[second.end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
    guard !footer.isEmpty else { return second.table(bytes, rule: nil) }
    guard let rule = PosixZoneRule(footer) else { return nil }
    return second.table(bytes, rule: rule)
  }

  /// Where the parts of one data block are.
  private struct Block {
    var version: UInt8
    /// Bytes a time takes.
    let width: Int
    let timeCount: Int
    let typeCount: Int
    let leapCount: Int
    let times: Int
    let end: Int

    private var indexes: Int { times + timeCount * width }
    private var types: Int { indexes + timeCount }

    init?(_ bytes: [UInt8], at start: Int, wide: Bool) {
      guard bytes.count >= start + 44, bytes[start..<start + 4].elementsEqual("TZif".utf8) else { return nil }
      version = bytes[start + 4]
      width = wide ? 8 : 4
      let counts = (0..<6).map { Self.signed(bytes, start + 20 + $0 * 4, 4) }
      guard counts.allSatisfy({ (0...bytes.count).contains($0) }), counts[4] > 0 else { return nil }
      (leapCount, timeCount, typeCount) = (counts[2], counts[3], counts[4])
      times = start + 44
      let lists = timeCount * (width + 1) + typeCount * 6 + counts[5] + leapCount * (width + 4) + counts[1] + counts[0]
      end = times + lists
      guard end <= bytes.count else { return nil }
    }

    func table(_ bytes: [UInt8], rule: PosixZoneRule?) -> ZoneTable? {
      guard leapCount == 0 else { return nil }
      let offsets = (0..<typeCount).map { Self.signed(bytes, types + $0 * 6, 4) }
      var changes: [(at: Int, offset: Int)] = []
      for index in 0..<timeCount {
        let type = Int(bytes[indexes + index])
        let time = Self.signed(bytes, times + index * width, width)
        guard type < typeCount, changes.last.map({ $0.at < time }) ?? true else { return nil }
        changes.append((time, offsets[type]))
      }
      return ZoneTable(offset: offsets[0], changes: changes, rule: rule)
    }

    private static func signed(_ bytes: [UInt8], _ start: Int, _ width: Int) -> Int {
      let value = bytes[start..<start + width].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return width == 8 ? Int(Int64(bitPattern: value)) : Int(Int32(truncatingIfNeeded: value))
    }
  }
}
