import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Answers everything about alarms and remedies.
struct AlarmsDesk: Sendable {
  let alarms: Alarms
  /// Who asks.
  let actor: String

  /// The lines of the answer.
  ///
  /// - Throws: A ``Failure`` with the status of the command.
  func answer(_ request: AlarmRequest) async throws -> [any Encodable & Sendable] {
    do {
      return try await lines(request)
    } catch let error as AlarmError {
      throw Failure(error)
    } catch let error as StoreError {
      throw Failure(error)
    }
  }

  private func lines(_ request: AlarmRequest) async throws -> [any Encodable & Sendable] {
    switch request.action {
    case .list: try list(request)
    case .show: [try await details(of: id(request))]
    case .history: try await history(request)
    case .lint: try await lint()
    case .remedies: try await alarms.remedies().map(RemedyReport.init)
    case .shelve, .unshelve: [try await mute(request)]
    case .shelves: try await mutes(.shelf)
    case .maintenance: try await mutes(.maintenance)
    case .startMaintenance, .endMaintenance: [try await changeMaintenance(request)]
    default: [try await change(request)]
    }
  }

  private func list(_ request: AlarmRequest) throws -> [AlarmRow] {
    let severity = try request.severity.map(severity) ?? .info
    let pattern = try request.alarm == nil ? .all : pattern(request)
    return alarms.list(matching: pattern, atLeast: severity, includingCleared: request.cleared ?? false)
      .map(AlarmRow.init)
  }

  private func details(of id: AlarmID) async throws -> AlarmDetails {
    let (rule, view) = (try await alarms.rule(of: id), alarms.view(of: id))
    let remedy = try await alarms.remedies().first { $0.alarm == id }
    guard
      let row = view.map(AlarmRow.init) ?? rule.map({ _ in AlarmRow(unknown: id) })
        ?? remedy.map({ _ in AlarmRow(unknown: id) })
    else { throw unknown(id) }
    let parts = try await alarms.explanation(of: id)?.lines(at: alarms.store.clock.now)
    return AlarmDetails(
      alarm: row, rule: rule?.when.description, parts: parts, incident: view?.incident,
      remedy: remedy.map(RemedyReport.init))
  }

  private func unknown(_ id: AlarmID) -> Failure {
    let known = alarms.list(atLeast: .debug, includingCleared: true).map { "\($0.status.id)" }
    let hint = Suggestion.text(for: "\(id)", among: known)
    return Failure(
      .notFound,
      "nobody has reported an alarm `\(id)`\(hint.isEmpty ? ";" : hint) `holdfast alarms list --all` shows those known")
  }

  private func history(_ request: AlarmRequest) async throws -> [AlarmHistoryReport] {
    let alarm = try request.alarm == nil ? nil : id(request)
    let limit = min(1000, max(1, request.count ?? 50))
    let entries = try await alarms.history(of: alarm, before: request.before, limit: limit)
    return entries.map(AlarmHistoryReport.init)
  }

  private func lint() async throws -> [AlarmLintReport] {
    try await alarms.neverReported().map { id in
      AlarmLintReport(alarm: "\(id)", problem: "a rule looks at it, and nobody has ever reported it")
    }
  }
}

// MARK: - Changes

extension AlarmsDesk {
  private func change(_ request: AlarmRequest) async throws -> AlarmChangeReport {
    let id = try id(request)
    var report = AlarmChangeReport(alarm: "\(id)", result: "")
    switch request.action {
    case .set:
      try await alarms.set(id, request.description, severity: try request.severity.map(severity), by: actor)
      report.result = "is set"
    case .clear:
      try await alarms.clear(id, by: actor)
      report.result = "is clear"
    case .acknowledge:
      let scope: Acknowledgement.Scope = request.untilChange == true ? .untilChange : .untilClear
      try await alarms.acknowledge(
        id, by: actor, note: request.note, scope, for: request.duration.map { .seconds($0) })
      report.result = "acknowledged; nothing more is sent about it"
    case .unacknowledge:
      try await alarms.unacknowledge(id, by: actor)
      report.result = "not acknowledged any more"
    default:
      try await alarms.runRemedy(of: id, by: actor)
      report.result = "its remedy begins"
    }
    return report
  }
}

// MARK: - Reading what was typed

extension AlarmsDesk {
  private func id(_ request: AlarmRequest) throws(Failure) -> AlarmID {
    let text = try text(request)
    do throws(AlarmTextError) { return try AlarmID(parsing: text) } catch { throw Failure(error, is: "alarm") }
  }

  func pattern(_ request: AlarmRequest) throws(Failure) -> AlarmPattern { try pattern(text(request)) }

  func pattern(_ text: String) throws(Failure) -> AlarmPattern {
    do throws(AlarmTextError) { return try AlarmPattern(parsing: text) } catch { throw Failure(error, is: "pattern") }
  }

  func text(_ request: AlarmRequest) throws(Failure) -> String {
    guard let text = request.alarm else { throw Failure(.usage, "the request names no alarm") }
    return text
  }

  private func severity(_ name: String) throws(Failure) -> AlarmSeverity {
    if let severity = AlarmSeverity(name) { return severity }
    let names = AlarmSeverity.allCases.map(\.description)
    throw Failure(
      .usage,
      "no severity `\(name)`\(Suggestion.text(for: name, among: names)) (there are \(names.joined(separator: ", ")))")
  }
}

extension Failure {
  /// AL5: what cannot be read changes nothing.
  fileprivate init(_ error: AlarmTextError, is what: String) {
    self.init(.usage, "`\(error.text)` is no \(what): at character \(error.offset + 1), \(error.message)")
  }
}
