#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Logging

/// What another run of the process left.
struct StoredAlarms: Sendable {
  var alarms: [AlarmRecord] = []
  var incidents: [Incident] = []
  var remedies: [AlarmID: RemedyRecord] = [:]
  var mutes: [AlarmMute] = []
  var groups: [NotificationGroup] = []
  /// Records that cannot be read, with why: they are left alone and passed over.
  var unreadable: [String] = []
}

extension StoredAlarms {
  init(from store: any RecordStore) async throws(StoreError) {
    alarms = try await read(.alarms, store)
    incidents = try await read(.incidents, store)
    mutes = try await read(.mutes, store)
    groups = try await read(.notifications, store)
    for stored: StoredRemedy in try await read(.remedies, store) { remedies[stored.alarm] = stored.record }
  }

  private mutating func read<Value: Decodable>(
    _ collection: AlarmWrite.Collection, _ store: any RecordStore
  ) async throws(StoreError) -> [Value] {
    var values: [Value] = []
    for record in try await store.records(in: collection.rawValue) {
      do {
        values.append(try PayloadCoding.decoder.decode(Value.self, from: record.body))
      } catch {
        unreadable.append("\(record.reference): \(error)")
      }
    }
    return values
  }

  /// A desk that goes on from here: what came due meanwhile happens, each at its own instant (AL43).
  mutating func desk(limits: AlarmEngine.Limits, at time: AlarmTime) -> AlarmDesk {
    let engine = engine(limits, at: time)
    let raised = alarms.filter { engine.state(of: $0.id) == .set }.map(\.id)
    var desk = AlarmDesk(
      engine: engine, book: IncidentBook(restoring: incidents, mutes: mutes, raised: raised),
      planner: NotificationPlanner(restoring: groups))
    desk.showAll(at: time)
    return desk
  }

  /// One record that does not fit must not cost the others.
  private mutating func engine(_ limits: AlarmEngine.Limits, at time: AlarmTime) -> AlarmEngine {
    while true {
      do throws(AlarmError) {
        return try AlarmEngine(restoring: alarms, limits: limits, at: time)
      } catch {
        unreadable.append("\(error)")
        let rest = alarms.filter { $0.id.description != error.alarm }
        // A fault that names none of them is nobody's: begin without any.
        alarms = rest.count < alarms.count ? rest : []
      }
    }
  }
}

extension AlarmDesk {
  /// Everything can be read anew.
  mutating func showAll(at time: AlarmTime) {
    for status in engine.statuses {
      let standing = book.standing(of: status.id, at: time.wallTime)
      outcome.views[status.id] = .some(
        AlarmView(status: status, standing: standing, incident: book.incidents[status.id]))
    }
  }
}
