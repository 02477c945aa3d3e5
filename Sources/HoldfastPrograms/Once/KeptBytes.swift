/// A bounded copy of a stream: the first bytes, or the last.
struct KeptBytes {
  enum End {
    case first, last
  }

  /// Bytes, ≥ 0.
  let limit: Int
  let end: End
  private(set) var bytes: [UInt8] = []
  /// Bytes that were not kept.
  private(set) var dropped = 0

  init(_ end: End, limit: Int) {
    self.end = end
    self.limit = max(0, limit)
  }

  mutating func append(_ more: ArraySlice<UInt8>) {
    switch end {
    case .first:
      let room = more.prefix(limit - bytes.count)
      bytes += room
      dropped += more.count - room.count
    case .last:
      bytes += more
      // Cut when twice as much is there, so that each byte is moved once.
      if bytes.count > 2 * limit { cut() }
    }
  }

  /// What is kept in the end.
  mutating func finish() -> [UInt8] {
    if bytes.count > limit { cut() }
    return bytes
  }

  private mutating func cut() {
    dropped += bytes.count - limit
    bytes.removeFirst(bytes.count - limit)
  }
}
