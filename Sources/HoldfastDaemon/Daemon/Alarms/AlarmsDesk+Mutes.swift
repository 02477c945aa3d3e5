import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What keeps alarms quiet because somebody said so: shelves and planned work.
extension AlarmsDesk {
  func mute(_ request: AlarmRequest) async throws -> AlarmChangeReport {
    let pattern = try pattern(request)
    var report = AlarmChangeReport(alarm: "\(pattern)", result: "taken from the shelf")
    guard request.action == .shelve else {
      try await alarms.unshelve(pattern, by: actor)
      return report
    }
    try await alarms.shelve(
      pattern, for: request.duration.map { .seconds($0) }, by: actor, note: request.note,
      expiresOnClear: request.untilChange ?? false, pausesRemedies: request.pausesRemedies ?? false)
    report.result = "shelved; nothing is sent about it"
    return report
  }

  /// Shelves, or planned work: what is under way first.
  func mutes(_ kind: AlarmMute.Kind) async throws -> [MuteReport] {
    let now = alarms.store.clock.wallTime
    let mutes = try await alarms.mutes().filter { $0.kind == kind }
    return mutes.sorted { ($0.from, $0.name) < ($1.from, $1.name) }.map { MuteReport($0, at: now) }
  }

  func changeMaintenance(_ request: AlarmRequest) async throws -> AlarmChangeReport {
    let name = try text(request)
    guard request.action == .startMaintenance else {
      try await alarms.endMaintenance(name, by: actor)
      return AlarmChangeReport(alarm: name, result: "ended")
    }
    let patterns = try (request.patterns ?? []).map { try pattern($0) }
    guard let duration = request.duration else { throw Failure(.usage, "the request says not how long it takes") }
    let now = alarms.store.clock.wallTime
    let start = request.start.map { WallTime($0) } ?? now
    try await alarms.planMaintenance(
      name, of: patterns, from: start, until: start.advanced(by: .seconds(duration)), by: actor, note: request.note,
      pausesRemedies: request.pausesRemedies ?? true)
    return AlarmChangeReport(
      alarm: name, result: start > now ? "planned" : "under way; nothing is sent about its alarms")
  }
}
