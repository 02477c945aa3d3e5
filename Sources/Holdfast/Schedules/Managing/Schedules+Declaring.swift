/// Storing schedules.
extension Schedules {
  /// Stores a schedule, or changes the one of its name.
  ///
  /// One that is the same already stays as it is; one that cannot be read any more is stored anew. When the times change,
  /// the new ones count from now on, and what was due by the old ones and had not fired never does (SC23). A pause stays.
  ///
  /// - Throws: ``ScheduleError`` for whatever does not fit, ``StoreError``.
  @discardableResult
  public func put(_ schedule: Schedule) async throws -> ScheduleState {
    try schedule.validate()
    for _ in 0..<Self.attempts {
      let record = try await store.record(SchedulePlan.reference(schedule.name))
      let state = record.flatMap { try? ScheduleState.read($0) }
      let edit = ScheduleState.putting(schedule, over: state, source: state?.source, at: now, by: actor)
      guard let plan = edit else { return try await existing(schedule.name).state }
      var change = RecordChange()
      try plan.add(to: &change, expecting: record.map { .revision($0.revision) } ?? .nothing)
      if try await write(change) != nil, let state = plan.state { return state }
    }
    throw contended(schedule.name)
  }

  /// Makes what is stored agree with a list, in one transaction: new schedules are created, changed ones edited, and those
  /// that this source declared before and does not any more deleted. Unchanged ones keep their place, and pauses stay.
  ///
  /// - Parameters:
  ///   - schedules: All that the source declares.
  ///   - source: Who declares them: the name of a program or a file; 1 to 128 bytes.
  /// - Throws: ``ScheduleError`` for whatever does not fit, for a name that comes twice, and for one that another source
  ///   declares or that was put by hand; ``StoreError``. Nothing changes then.
  @discardableResult
  public func sync(_ schedules: [Schedule], source: String) async throws -> ScheduleSync {
    try check(schedules, source)
    for _ in 0..<Self.attempts {
      var pass = SyncPass(schedules: self, source: source)
      let records = try await store.records(in: SchedulePlan.collection)
      try pass.compare(schedules, with: records)
      if pass.change.puts.isEmpty { return pass.result }
      if try await write(pass.change) != nil { return pass.result }
    }
    throw contended(source)
  }

  private func check(_ schedules: [Schedule], _ source: String) throws(ScheduleError) {
    do { try JobRefused.check(name: source, as: "source") } catch {
      throw ScheduleError(.invalid, "", "source", error.reason)
    }
    var names: Set<String> = []
    for schedule in schedules {
      try schedule.validate()
      guard names.insert(schedule.name).inserted else {
        throw ScheduleError(.invalid, schedule.name, "name", "comes twice in the list; rename one of them")
      }
    }
  }
}

/// What ``Schedules/sync(_:source:)`` did, by name.
public struct ScheduleSync: Sendable, Hashable, Codable {
  /// Stored for the first time.
  public var created: [String] = []
  /// Changed.
  public var updated: [String] = []
  /// The same as before.
  public var unchanged: [String] = []
  /// Not declared any more.
  public var deleted: [String] = []
}

/// One comparison of a list with what is stored, as one change.
private struct SyncPass {
  let schedules: Schedules
  let source: String
  var change = RecordChange()
  var result = ScheduleSync()

  mutating func compare(_ list: [Schedule], with records: [StoredRecord]) throws {
    var stored = Dictionary(uniqueKeysWithValues: records.map { ($0.reference.key, $0) })
    for schedule in list { try add(schedule, over: stored.removeValue(forKey: schedule.name)) }
    for record in records where stored[record.reference.key] != nil { try remove(record) }
  }

  /// One that cannot be read any more is stored anew.
  private mutating func add(_ schedule: Schedule, over record: StoredRecord?) throws {
    let name = schedule.name
    let (now, actor) = (schedules.now, schedules.actor)
    let state = record.flatMap { try? ScheduleState.read($0) }
    if let state, state.source != source {
      let owner = state.source.map { "is declared by `\($0)`" } ?? "was put by hand"
      throw ScheduleError(.declaredElsewhere, name, "name", "\(owner); rename this one, or delete that one first")
    }
    guard let plan = ScheduleState.putting(schedule, over: state, source: source, at: now, by: actor) else {
      return result.unchanged.append(name)
    }
    if state == nil { result.created.append(name) } else { result.updated.append(name) }
    try plan.add(to: &change, expecting: record.map { .revision($0.revision) } ?? .nothing)
  }

  private mutating func remove(_ record: StoredRecord) throws {
    guard let state = try? ScheduleState.read(record), state.source == source else { return }
    result.deleted.append(record.reference.key)
    let plan = state.deleting(at: schedules.now, by: schedules.actor)
    try plan.add(to: &change, expecting: .revision(record.revision))
  }
}
