import DequeModule

/// The records of one kind and their journals.
struct RecordCollection: Sendable {
  private(set) var records: [String: StoredRecord] = [:]
  /// The keys in order; nil when they must be sorted again.
  private var keys: [String]?
  private var entries: [Int64: StoredEntry] = [:]
  /// Numbers of entries in order, with gone ones in between until they are the larger part.
  private var order: [Int64] = []
  /// Numbers of each record's entries, oldest first.
  private var journals: [String: Deque<Int64>] = [:]

  var isEmpty: Bool { records.isEmpty && entries.isEmpty }

  mutating func put(_ reference: RecordReference, _ record: StoredRecord?) {
    if (records[reference.key] == nil) != (record == nil) { keys = nil }
    records[reference.key] = record
  }

  mutating func page(after key: String?, limit: Int) -> [StoredRecord] {
    let sorted = keys ?? records.keys.sorted()
    keys = sorted
    let start = key.map { key in sorted.firstIndex { $0 > key } ?? sorted.endIndex } ?? 0
    return sorted[start...].prefix(limit).compactMap { records[$0] }
  }

  // MARK: Journals

  mutating func add(_ entry: StoredEntry, keeping count: Int) {
    let key = entry.reference.key
    entries[entry.number] = entry
    order.append(entry.number)
    journals[key, default: []].append(entry.number)
    while let journal = journals[key], journal.count > count, let oldest = journal.first { forget(oldest) }
    compact()
  }

  func journal(of key: String?, before number: Int64?, limit: Int) -> [StoredEntry] {
    let end = number ?? .max
    if let key { return page(of: journals[key] ?? [], before: end, limit: limit) }
    return page(of: order, before: end, limit: limit)
  }

  mutating func prune(before time: WallTime, limit: Int) -> Int {
    let old = order.lazy.filter { [entries] in entries[$0].map { $0.at < time } ?? false }.prefix(max(0, limit))
    let numbers = Array(old)
    for number in numbers { forget(number) }
    compact()
    return numbers.count
  }

  private func page(
    of numbers: some RandomAccessCollection<Int64>, before end: Int64, limit: Int
  ) -> [StoredEntry] {
    let newestFirst = numbers.reversed().lazy.drop { $0 >= end }
    return Array(newestFirst.compactMap { entries[$0] }.prefix(limit))
  }

  private mutating func forget(_ number: Int64) {
    guard let key = entries.removeValue(forKey: number)?.reference.key else { return }
    if journals[key]?.first == number {
      journals[key]?.removeFirst()
    } else {
      journals[key]?.removeAll { $0 == number }
    }
    if journals[key]?.isEmpty == true { journals[key] = nil }
  }

  private mutating func compact() {
    guard order.count > 64, order.count > 2 * entries.count else { return }
    order.removeAll { entries[$0] == nil }
  }
}
