import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One alarm, as operators and scripts see it.
struct AlarmRow: Codable, Equatable, Sendable {
  var alarm: String
  /// `set`, `clear` or `unknown`.
  var state: String
  var severity: String
  /// When the state began.
  var since: Date?
  var description: String?
  /// Whether it follows from a rule.
  var derived: Bool
  /// Its incident, unless there is none or it is over.
  var incident: Int64?
  /// Who has taken notice, and until when.
  var acknowledged: Note?
  /// Who put it aside, and until when.
  var shelved: Note?
  /// The planned work that keeps it quiet.
  var maintenance: Note?
  /// The alarm that keeps it quiet.
  var inhibitedBy: String?
  /// Whether it is clear, and waits for somebody to take notice.
  var latched: Bool
  /// Whether its remedy waits.
  var remediesPaused: Bool

  struct Note: Codable, Equatable, Sendable {
    var by: String
    var at: Date
    var until: Date?
    var note: String?
  }
}

extension AlarmRow {
  init(_ view: AlarmView) {
    let (status, standing) = (view.status, view.standing)
    (alarm, state, severity) = ("\(status.id)", status.state.rawValue, "\(status.severity)")
    (since, description, derived) = (status.wallSince, status.description, status.isDerived)
    incident = view.incident?.id
    acknowledged = standing.acknowledgement.map {
      Note(by: $0.by, at: $0.at.date, until: $0.until?.date, note: $0.note)
    }
    (shelved, maintenance) = (standing.shelf.map(Note.init), standing.maintenance.map(Note.init))
    inhibitedBy = standing.inhibitedBy.map { "\($0)" }
    (latched, remediesPaused) = (standing.isLatched, standing.remediesPaused)
  }

  /// One that rules look at, and that nobody has ever reported.
  init(unknown id: AlarmID) {
    self.init(
      alarm: "\(id)", state: AlarmState.unknown.rawValue, severity: "\(AlarmSeverity.warning)", derived: false,
      latched: false, remediesPaused: false)
  }
}

extension AlarmRow.Note {
  fileprivate init(_ mute: AlarmMute) {
    self.init(by: mute.by, at: mute.from.date, until: mute.until?.date, note: mute.note)
  }
}

/// How many alarms are set, for `status`.
struct AlarmSummary: Codable, Equatable, Sendable {
  var set: Int
  /// Of those: acknowledged, shelved, inhibited or under maintenance.
  var quiet: Int
  /// The worst of them, at most three.
  var worst: [AlarmRow]

  init(_ views: [AlarmView]) {
    let set = views.filter { $0.status.state == .set }
    self.set = set.count
    quiet = set.count { $0.standing.isQuiet }
    worst = set.prefix(3).map(AlarmRow.init)
  }
}
