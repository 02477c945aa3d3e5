#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What is to be stored, collected since the last commit began.
struct AlarmWrite: Sendable {
  /// Where things are stored.
  enum Collection: String, CaseIterable {
    case alarms, incidents, remedies, mutes
    case notifications = "alarm-notifications"
  }

  struct Entry: Sendable {
    let reference: RecordReference
    let at: WallTime
    let body: any Encodable & Sendable
  }

  /// Entries that wait while the store cannot be reached; the oldest go first.
  static let mostEntries = 10_000

  private(set) var puts: [RecordReference: (any Encodable & Sendable)?] = [:]
  private(set) var entries: [Entry] = []
  private(set) var jobs: [JobDraft] = []
  /// Entries that went because there were too many.
  private(set) var lost = 0

  var isEmpty: Bool { puts.isEmpty && entries.isEmpty && jobs.isEmpty }

  mutating func put(_ collection: Collection, _ key: String, _ body: (any Encodable & Sendable)?) {
    puts[RecordReference(collection.rawValue, RecordKey.fitting(key))] = .some(body)
  }

  mutating func note(_ collection: Collection, _ key: String, at time: WallTime, _ body: any Encodable & Sendable) {
    let reference = RecordReference(collection.rawValue, RecordKey.fitting(key))
    entries.append(Entry(reference: reference, at: time, body: body))
    trim()
  }

  mutating func enqueue(_ job: JobDraft) { jobs.append(job) }

  /// Puts before this what an earlier commit could not store.
  mutating func follow(_ earlier: AlarmWrite) {
    puts.merge(earlier.puts) { own, _ in own }
    entries = earlier.entries + entries
    jobs = earlier.jobs + jobs
    lost += earlier.lost
    trim()
  }

  /// Takes as much as one change of a store may hold; the rest stays for the next.
  mutating func takeSlice(_ limit: Int = JobLimits.batch) -> AlarmWrite {
    var slice = AlarmWrite()
    swap(&slice, &self)
    while slice.puts.count > limit, let (reference, body) = slice.puts.popFirst() { puts[reference] = .some(body) }
    entries = Array(slice.entries.dropFirst(limit))
    slice.entries.removeLast(entries.count)
    jobs = Array(slice.jobs.dropFirst(limit))
    slice.jobs.removeLast(jobs.count)
    return slice
  }

  private mutating func trim() {
    // Now and then, because each time moves all of them.
    guard entries.count >= 2 * Self.mostEntries else { return }
    lost += entries.count - Self.mostEntries
    entries.removeFirst(entries.count - Self.mostEntries)
  }
}

extension AlarmWrite {
  /// The change, and what no store would take and is left out: it is too large, or its name is not fit.
  func encoded() -> (change: RecordChange, refused: [RecordReference]) {
    var change = RecordChange()
    var refused: [RecordReference] = []
    for (reference, body) in puts {
      if let body {
        guard let data = Self.encode(body, reference) else { refused.append(reference); continue }
        change.puts.append(RecordPut(reference, expecting: .anything, body: data))
      } else {
        change.puts.append(RecordPut(reference, expecting: .anything, body: nil))
      }
    }
    for entry in entries {
      guard let data = Self.encode(entry.body, entry.reference) else { refused.append(entry.reference); continue }
      change.entries.append(RecordEntry(entry.reference, at: entry.at, body: data))
    }
    change.jobs = jobs
    return (change, refused)
  }

  private static func encode(_ body: any Encodable, _ reference: RecordReference) -> Data? {
    guard (try? reference.validate()) != nil else { return nil }
    guard let data = try? PayloadCoding.encoder.encode(body), data.count <= JobLimits.payload else { return nil }
    return data
  }
}
