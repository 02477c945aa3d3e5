import Holdfast
import HoldfastSQLite

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Fires schedules, and says what was recorded: the schedule, and the nominal time in microseconds.
func fire(_ store: SQLiteStore, _ count: Int) async throws {
  let schedules = Schedules(store)
  for number in 0..<count {
    var schedule = try Schedule(
      "s\(number)", .every(.milliseconds(5)), JobDraft(kind: "job", payload: Data("{}".utf8)))
    schedule.misfire = .all()
    schedule.overlap = .allowAll
    try await schedules.put(schedule)
  }
  let scheduler = Scheduler(store)
  let events = scheduler.events(buffer: 1_000_000)
  Task { try await scheduler.run() }
  for await case .item(.recorded(let event)) in events {
    if case .fired(let nominal) = event.kind { say("fired \(event.schedule) \(nominal.microseconds)") }
  }
}
