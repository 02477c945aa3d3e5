#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Synchronization

/// Looking at alarms. None of it waits for the engine, the store or a subscriber.
extension Alarms {
  /// The state of an alarm; unknown for one that nobody has heard of (AL7).
  public func state(of id: AlarmID) -> AlarmState { board.state(of: id) }

  /// The states of some alarms, in order, as they were at one moment: no derived alarm contradicts its inputs (AL9).
  public func states(of ids: [AlarmID]) -> [AlarmState] { board.states(of: ids) }

  /// What is known of an alarm; nil when nobody has heard of it.
  public func view(of id: AlarmID) -> AlarmView? { board.view(of: id) }

  /// Alarms as they were at one moment: those that are set first, the most severe first, then by id (AL13).
  ///
  /// - Parameters:
  ///   - pattern: Which. Default all.
  ///   - severity: Those at least so bad. Default ``AlarmSeverity/info``.
  ///   - cleared: Whether those that are clear are listed, too. Default not.
  public func list(
    matching pattern: AlarmPattern = .all, atLeast severity: AlarmSeverity = .info,
    includingCleared cleared: Bool = false
  ) -> [AlarmView] {
    board.all.filter { view in
      (cleared || view.isListed) && view.status.severity >= severity && pattern.matches(view.status.id)
    }.sorted { left, right in
      let keys = (left.status.state == .set, right.status.state == .set)
      if keys.0 != keys.1 { return keys.0 }
      let (first, second) = (left.status, right.status)
      return (second.severity.rawValue, first.id) < (first.severity.rawValue, second.id)
    }
  }

  /// Incidents that are not over, the newest first.
  public var incidents: [Incident] {
    board.all.compactMap(\.incident).sorted { $0.id > $1.id }
  }

  /// What happens to alarms from now on.
  ///
  /// - Parameters:
  ///   - pattern: Which. Default all.
  ///   - buffer: Events held for a slow subscriber, ≥ 1; the oldest give way to a marker. Default 1,024.
  public func events(matching pattern: AlarmPattern = .all, buffer: Int = 1024) -> Feed<AlarmEvent> {
    subscribers.subscribe(pattern, capacity: buffer)
  }

  /// What happens to one alarm from now on.
  public func events(of id: AlarmID, buffer: Int = 64) -> Feed<AlarmEvent> {
    subscribers.subscribe(id, capacity: buffer)
  }

  /// What happened to an alarm, or to all, newest first; ``AlarmConfiguration/historyRetention`` says how long it is
  /// kept. What was heard of as an event is in it: this waits until it is stored, as long as a disk stalls perhaps, unless
  /// the store takes nothing just then.
  ///
  /// - Parameters:
  ///   - id: Which; nil for all.
  ///   - number: Those before this one; nil from the newest on.
  ///   - limit: At most, 1…10,000. Default 100.
  /// - Throws: ``StoreError``.
  public func history(
    of id: AlarmID? = nil, before number: Int64? = nil, limit: Int = 100
  ) async throws(StoreError) -> [AlarmHistoryEntry] {
    try await journal(.alarms, id, number, limit).compactMap { entry in
      guard let note = try? PayloadCoding.decoder.decode(AlarmNote.self, from: entry.body) else { return nil }
      return AlarmHistoryEntry(number: entry.number, at: entry.at, alarm: entry.reference.key, note: note)
    }
  }

  /// Incidents that are over, of an alarm or of all, newest first; waits as ``history(of:before:limit:)`` does.
  ///
  /// - Throws: ``StoreError``.
  public func closedIncidents(of id: AlarmID? = nil, limit: Int = 100) async throws(StoreError) -> [Incident] {
    try await journal(.incidents, id, nil, limit).compactMap {
      try? PayloadCoding.decoder.decode(Incident.self, from: $0.body)
    }
  }

  private func journal(
    _ collection: AlarmWrite.Collection, _ id: AlarmID?, _ number: Int64?, _ limit: Int
  ) async throws(StoreError) -> [StoredEntry] {
    await state.withLock(\.node)?.caughtUp()
    return try await store.journal(
      of: collection.rawValue, key: id.map { RecordKey.fitting($0.description) }, before: number,
      limit: min(max(1, limit), 10_000))
  }
}
