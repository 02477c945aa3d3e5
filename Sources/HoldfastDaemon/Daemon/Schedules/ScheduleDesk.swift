import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Answers everything about schedules, from a store.
struct ScheduleDesk: Sendable {
  let schedules: Schedules

  /// The lines of the answer.
  ///
  /// - Throws: A ``Failure`` with the status of the command.
  func answer(_ request: ScheduleRequest) async throws -> [any Encodable & Sendable] {
    do {
      return try await lines(request)
    } catch let error as ScheduleError {
      throw Failure(error)
    } catch let error as StoreError {
      throw Failure(error)
    }
  }

  private func lines(_ request: ScheduleRequest) async throws -> [any Encodable & Sendable] {
    switch request.action {
    case .list: try await list()
    case .show: [ScheduleReport(try await schedule(request))]
    case .history: try await history(request)
    case .preview: try await preview(request)
    case .pause, .resume, .trigger, .backfill: [try await change(request)]
    }
  }

  /// Every schedule, and those that cannot be read.
  func list() async throws -> [ScheduleReport] {
    let list = try await schedules.list()
    let broken = list.broken.map { ScheduleReport(broken: $0.key, reason: $0.value) }
    return (list.schedules.map { ScheduleReport($0) } + broken).sorted { $0.name < $1.name }
  }

  private func name(_ request: ScheduleRequest) throws(Failure) -> String {
    guard let name = request.name else { throw Failure(.usage, "the request names no schedule") }
    return name
  }

  private func schedule(_ request: ScheduleRequest) async throws -> ScheduleState {
    let name = try name(request)
    if let state = try await schedules.get(name) { return state }
    let hint = Suggestion.text(for: name, among: try await list().map(\.name))
    throw Failure(.notFound, "there is no schedule `\(name)`\(hint.isEmpty ? ";" : hint) see `holdfast schedules list`")
  }

  private func history(_ request: ScheduleRequest) async throws -> [ScheduleEventReport] {
    let events = try await schedules.history(
      of: request.name, before: request.before, limit: min(1000, max(1, request.count ?? 50)))
    // The history of a schedule that is gone stays; one that never was is a slip of the finger.
    if events.isEmpty, request.name != nil { _ = try await schedule(request) }
    return events.map { ScheduleEventReport($0) }
  }

  private func preview(_ request: ScheduleRequest) async throws -> [OccurrenceReport] {
    let state = try await schedule(request)
    let zone = state.schedule.rule.zone ?? .utc
    let times = try await schedules.preview(state.schedule.name, count: min(1000, max(0, request.count ?? 10)))
    return times.map { time in
      OccurrenceReport(nominal: time.nominal.date, due: time.due.date, text: zone.text(of: time.nominal.date))
    }
  }

  private func change(_ request: ScheduleRequest) async throws -> ScheduleChangeReport {
    let name = try await schedule(request).schedule.name
    var report = ScheduleChangeReport(schedule: name, result: "")
    switch request.action {
    case .pause:
      try await schedules.pause(name, note: request.note)
      report.result = "paused; what runs goes on"
    case .resume:
      try await schedules.resume(name)
      report.result = "goes on"
    case .trigger: try await trigger(name, &report)
    default: try await backfill(name, request, &report)
    }
    return report
  }

  private func trigger(_ name: String, _ report: inout ScheduleChangeReport) async throws {
    let receipt = try await schedules.trigger(name)
    report.job = receipt.id
    report.result = receipt.isDuplicate ? "was not triggered: job \(receipt.id) is not finished" : "job \(receipt.id)"
  }

  private func backfill(
    _ name: String, _ request: ScheduleRequest, _ report: inout ScheduleChangeReport
  ) async throws {
    guard let after = request.after, let through = request.through else {
      throw Failure(.usage, "a backfill needs the moments after which it begins and at which it ends")
    }
    let result = try await schedules.backfill(name, after: after, through: through)
    (report.enqueued, report.duplicates) = (result.enqueued, result.duplicates)
    report.result =
      "\(result.enqueued) job\(result.enqueued == 1 ? "" : "s") enqueued"
      + (result.duplicates == 0 ? "" : ", \(result.duplicates) there already")
  }
}

extension Failure {
  init(_ error: ScheduleError) {
    self.init(error.code == .notFound ? .notFound : error.code == .contended ? .failed : .usage, error.description)
  }
}
