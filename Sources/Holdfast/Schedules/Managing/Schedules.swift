/// Where code keeps its schedules: a store, seen by one author.
///
/// ```swift
/// let schedules = Schedules(store)
/// try await schedules.put(Schedule("nightly-report", .cron("30 2 * * *", in: "Europe/London"), NightlyReport()))
/// try await schedules.pause("nightly-report", note: "the warehouse moves")
/// ```
///
/// A call that returns has committed, holds on every node, and is in the schedule's history with who did it. Everything is
/// checked before any effect: what does not fit is a ``ScheduleError``; what the store cannot do is a ``StoreError``. Doing
/// the same twice changes nothing. A ``Scheduler`` fires what is here.
public struct Schedules: Sendable {
  /// Where the schedules and their jobs are.
  public let store: any RecordStore
  /// Who is written in the history for what is done here.
  public let actor: String

  /// The schedules of a store.
  ///
  /// - Parameters:
  ///   - store: Where they are.
  ///   - actor: Who is asking. Default `application`.
  public init(_ store: any RecordStore, actor: String = "application") {
    self.store = store
    self.actor = actor
  }
}

// Looking.
extension Schedules {
  /// A schedule with where it stands; nil when there is none.
  public func get(_ name: String) async throws(StoreError) -> ScheduleState? {
    guard let record = try await store.record(SchedulePlan.reference(name)) else { return nil }
    return try ScheduleState.read(record)
  }

  /// Every schedule, by name.
  public func list() async throws(StoreError) -> ScheduleList {
    var list = ScheduleList()
    for record in try await store.records(in: SchedulePlan.collection) {
      do throws(StoreError) {
        list.schedules.append(try ScheduleState.read(record))
      } catch {
        list.broken[record.reference.key] = error.reason
      }
    }
    return list
  }

  /// The next occurrences of a schedule, as if it were not paused; fewer when it ends.
  ///
  /// - Throws: ``ScheduleError`` when there is none, ``StoreError``.
  public func preview(_ name: String, count: Int) async throws -> [ScheduledTime] {
    let state = try await existing(name).state
    return state.schedule.preview(min(count, state.left), after: state.cursor.date)
  }

  /// What happened to a schedule, which may be gone, newest first; the newest 1,000 events are kept.
  ///
  /// Occurrences that did not fire one by one are told as ranges. Events that a newer version wrote are left out.
  ///
  /// - Parameters:
  ///   - name: Which; nil for all of them together.
  ///   - number: Events before this one; nil from the newest on.
  ///   - limit: At most, 1…10,000. Default 100.
  public func history(
    of name: String?, before number: Int64? = nil, limit: Int = 100
  ) async throws(StoreError) -> [ScheduleEvent] {
    let entries = try await store.journal(of: SchedulePlan.collection, key: name, before: number, limit: limit)
    return entries.compactMap { ScheduleEvent($0) }
  }
}

/// Every schedule of a store.
public struct ScheduleList: Sendable, Hashable, Codable {
  /// Those that can be read, by name.
  public var schedules: [ScheduleState] = []
  /// Those that cannot, by name, with the reason: a time zone that this system does not have, or a newer version's.
  public var broken: [String: String] = [:]
}

// Doing.
extension Schedules {
  /// Stops a schedule from firing; what runs goes on. Pausing twice keeps the first.
  ///
  /// - Parameters:
  ///   - name: Which.
  ///   - note: Why, for whoever asks.
  /// - Throws: ``ScheduleError`` when there is none, ``StoreError``.
  @discardableResult
  public func pause(_ name: String, note: String? = nil) async throws -> ScheduleState {
    try await change(name) { $0.pausing(note, at: $1, by: actor) }.state
  }

  /// Lets a schedule fire again, from now on: what came while it was paused is recorded as one skipped range.
  ///
  /// - Throws: ``ScheduleError`` when there is none, ``StoreError``.
  @discardableResult
  public func resume(_ name: String) async throws -> ScheduleState {
    try await change(name) { $0.resuming(at: $1, by: actor) }.state
  }

  /// Enqueues a schedule's job now, paused or not, as its overlap policy allows.
  ///
  /// - Returns: The job, or the one that stands in its way.
  /// - Throws: ``ScheduleError`` when there is none, ``StoreError``.
  @discardableResult
  public func trigger(_ name: String) async throws -> JobReceipt {
    let changed = try await change(name) { $0.triggering(at: $1, by: actor) }
    guard let receipt = changed.receipts.first else { throw noReceipt() }
    return receipt
  }

  /// Deletes a schedule; its jobs and its history stay.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  public func delete(_ name: String) async throws -> Bool {
    for _ in 0..<Self.attempts {
      guard let record = try await store.record(SchedulePlan.reference(name)) else { return false }
      var change = RecordChange()
      // One that cannot be read can be deleted all the same.
      if let state = try? ScheduleState.read(record) {
        try state.deleting(at: now, by: actor).add(to: &change, expecting: .revision(record.revision))
      } else {
        change.puts = [RecordPut(record.reference, expecting: .revision(record.revision), body: nil)]
      }
      if try await write(change) != nil { return true }
    }
    throw contended(name)
  }
}
