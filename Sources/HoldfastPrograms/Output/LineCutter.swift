/// Cuts bytes into lines: a value that knows only what is pending.
struct LineCutter {
  struct Piece: Equatable {
    let text: String
    /// The line goes on in the next piece.
    var isContinued = false
  }

  /// The longest piece in bytes.
  let limit: Int
  private var pending: [UInt8] = []

  init(limit: Int = 8 * 1024) {
    self.limit = max(limit, 4)
  }

  /// Returns the lines that `bytes` complete.
  mutating func add(_ bytes: ArraySlice<UInt8>) -> [Piece] {
    var pieces: [Piece] = []
    var rest = bytes
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      pending += rest[..<end]
      rest = rest[(end + 1)...]
      splitPending(into: &pieces)
      pieces.append(takeLine())
    }
    pending += rest
    splitPending(into: &pieces)
    return pieces
  }

  /// The line that was begun and never ended.
  mutating func finish() -> Piece? {
    pending.isEmpty ? nil : takeLine()
  }

  private mutating func takeLine() -> Piece {
    defer { pending.removeAll(keepingCapacity: pending.capacity <= limit) }
    if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
    return Piece(text: String(decoding: pending, as: UTF8.self))
  }

  private mutating func splitPending(into pieces: inout [Piece]) {
    var start = 0
    while pending.count - start > limit {
      let end = boundary(before: start + limit, after: start)
      pieces.append(Piece(text: String(decoding: pending[start..<end], as: UTF8.self), isContinued: true))
      start = end
    }
    if start > 0 { pending.removeFirst(start) }
  }

  /// Does not cut a character in two: at most three bytes earlier.
  private func boundary(before end: Int, after start: Int) -> Int {
    var end = end
    for _ in 0..<3 where pending[end] & 0b1100_0000 == 0b1000_0000 && end - 1 > start { end -= 1 }
    return pending[end] & 0b1100_0000 == 0b1000_0000 ? start + limit : end
  }
}
