#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The latest lines of a log, bounded in number and in bytes.
struct LineRing {
  let capacity: Int
  let byteCapacity: Int
  private var lines: [ProgramLine] = []
  private var head = 0
  private var bytes = 0
  /// The sequence number that the next line gets.
  private(set) var next: UInt64 = 1

  init(capacity: Int, byteCapacity: Int) {
    self.capacity = capacity
    self.byteCapacity = byteCapacity
  }

  var count: Int { lines.count - head }

  /// The sequence number of the oldest line that is still here; ``next`` when there is none.
  var first: UInt64 { next - UInt64(count) }

  /// The line's sequence number must be ``next``.
  mutating func append(_ line: ProgramLine) {
    next += 1
    lines.append(line)
    bytes += line.text.utf8.count
    while count > capacity || (bytes > byteCapacity && count > 1) { dropFirst() }
    if head > max(capacity, 64) { compact() }
  }

  /// The lines from a sequence number on.
  func lines(from sequence: UInt64) -> ArraySlice<ProgramLine> {
    let skipped = sequence > first ? Int(min(sequence - first, UInt64(count))) : 0
    return lines[(head + skipped)...]
  }

  subscript(sequence: UInt64) -> ProgramLine? {
    sequence >= first && sequence < next ? lines[head + Int(sequence - first)] : nil
  }

  private mutating func dropFirst() {
    bytes -= lines[head].text.utf8.count
    // The text goes at once; its place goes with the next compaction.
    lines[head] = .dropped
    head += 1
  }

  private mutating func compact() {
    lines.removeFirst(head)
    head = 0
  }
}

extension ProgramLine {
  fileprivate static let dropped = ProgramLine(
    sequence: 0, generation: 0, stream: .note, time: .distantPast, text: "", isContinued: false)
}
