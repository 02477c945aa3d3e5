#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Reading, deciding and writing, again when somebody else wrote in between.
extension Schedules {
  /// How often a change is tried when others change the same schedule at the same time.
  static let attempts = 32

  var now: WallTime { store.clock.wallTime }

  /// A schedule that must exist.
  func existing(_ name: String) async throws -> (state: ScheduleState, revision: Int64) {
    guard let record = try await store.record(SchedulePlan.reference(name)) else {
      let names = try await store.records(in: SchedulePlan.collection).map(\.reference.key)
      throw ScheduleError(.notFound, name, "name", "is unknown\(Suggestion.text(for: name, among: names))")
    }
    return (try ScheduleState.read(record), record.revision)
  }

  /// Changes a schedule as a plan says; without a plan it stays as it is.
  func change(
    _ name: String, _ plan: (ScheduleState, WallTime) -> SchedulePlan?
  ) async throws -> (state: ScheduleState, receipts: [JobReceipt]) {
    for _ in 0..<Self.attempts {
      let (state, revision) = try await existing(name)
      guard let plan = plan(state, now) else { return (state, []) }
      var change = RecordChange()
      try plan.add(to: &change, expecting: .revision(revision))
      if let receipts = try await write(change) { return (plan.state ?? state, receipts) }
    }
    throw contended(name)
  }

  /// The receipts of a change; nil when a record was not as expected.
  func write(_ change: RecordChange) async throws(StoreError) -> [JobReceipt]? {
    var change = change
    JobTracing.inject(into: &change)
    guard case .written(_, let receipts)? = try await store.write([change]).first else { return nil }
    return receipts
  }

  func contended(_ name: String) -> ScheduleError {
    ScheduleError(.contended, name, "name", "was changed by others \(Self.attempts) times in a row; try again")
  }

  func noReceipt() -> StoreError {
    StoreError(.corrupt, store: "\(type(of: store))", "the store gave no receipt for a job; this is a defect in it")
  }
}

extension ScheduleState {
  /// What a record says.
  static func read(_ record: StoredRecord) throws(StoreError) -> ScheduleState {
    do {
      return try PayloadCoding.decoder.decode(ScheduleState.self, from: record.body)
    } catch {
      throw StoreError(
        .corrupt, store: "\(record.reference)", "the schedule cannot be read: \(error); put it again, or delete it")
    }
  }
}

extension ScheduleEvent {
  /// What a journal's entry says; nil for one of a newer version.
  init?(_ entry: StoredEntry) {
    guard let note = try? PayloadCoding.decoder.decode(ScheduleNote.self, from: entry.body) else { return nil }
    self.init(
      note, entry.reference.key, at: entry.at, number: entry.number, job: entry.job, isDuplicate: entry.isDuplicate)
  }
}
