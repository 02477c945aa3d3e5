import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What somebody wants of schedules.
struct ScheduleRequest: Codable, Equatable, Sendable {
  enum Action: String, Codable, Sendable {
    case list, show, history, preview, pause, resume, trigger, backfill
  }

  var action: Action
  /// Which; nil for all, where that makes sense.
  var name: String?
  /// Why, for pause.
  var note: String?
  /// Occurrences or events in the answer. Default 10 and 50.
  var count: Int?
  /// Only events before this one, for history.
  var before: Int64?
  /// For backfill: occurrences after this moment, and not after the other one.
  var after: Date?
  var through: Date?
}

/// One schedule, as operators and scripts see it.
struct ScheduleReport: Codable, Equatable, Sendable {
  var name: String
  /// `active`, `paused`, `over` or `broken`.
  var state: String
  /// The rule as it is stored, and in words; nil for a broken one.
  var rule: String?
  var words: String?
  var zone: String?
  /// The kind of job.
  var job: String?
  var queue: String?
  /// The next nominal time, as if it were not paused.
  var next: Date?
  /// The same by the clocks of the rule's zone.
  var nextText: String?
  /// Occurrences that were handed out.
  var fired: Int?
  var overlap: String?
  var misfire: String?
  /// Who declares it: `file`, or nil for one that a program put.
  var source: String?
  var pause: Pause?
  /// Why it cannot be read.
  var reason: String?

  struct Pause: Codable, Equatable, Sendable {
    var by: String
    var at: Date
    var note: String?
  }
}

extension ScheduleReport {
  init(_ state: ScheduleState) {
    let schedule = state.schedule
    let zone = schedule.rule.zone
    name = schedule.name
    self.state = state.isOver ? "over" : state.pause == nil ? "active" : "paused"
    (rule, words, self.zone) = (schedule.rule.description, schedule.rule.words, zone?.name)
    (job, queue) = (schedule.job.kind, schedule.job.queue)
    next = state.next?.date
    nextText = next.map { (zone ?? .utc).text(of: $0) }
    (fired, overlap) = (state.fired, schedule.overlap.rawValue)
    misfire = schedule.misfire.words
    source = state.source
    pause = state.pause.map { Pause(by: $0.actor, at: $0.at.date, note: $0.note) }
  }

  init(broken name: String, reason: String) {
    (self.name, state, self.reason) = (name, "broken", reason)
  }
}

extension Misfire {
  /// As the file has it: `latest`, `all within 2 h 0 min`.
  fileprivate var words: String {
    let window = window.map { " within \(Timestamp.span($0.inSeconds))" } ?? ""
    return switch self {
    case .latest: "latest" + window
    case .all: "all" + window
    case .earliest: "earliest" + window
    case .skip: "skip" + window
    }
  }
}

/// One thing that happened to a schedule.
struct ScheduleEventReport: Codable, Equatable, Sendable {
  /// Grows; `history --before` continues from it.
  var number: Int64?
  var at: Date
  var schedule: String
  /// `fired`, `skipped`, `coalesced`, `overlapped`, `triggered`, `paused` …
  var event: String
  var by: String
  /// The occurrences that it tells of.
  var first: Date?
  var last: Date?
  var count: Int?
  /// Why they were skipped, or the note of a pause.
  var reason: String?
  /// The job that was enqueued, or stood in the way.
  var job: JobID?

  init(_ event: ScheduleEvent) {
    (number, at, schedule) = (event.number, event.at.date, event.schedule)
    (self.event, by, job) = (event.name, event.actor, event.job)
    let range = event.occurrences
    (first, last, count) = (range?.first.date, range?.last.date, range?.count)
    switch event.kind {
    case .skipped(_, let why): reason = why.rawValue
    case .paused(let note): reason = note
    default: break
    }
  }
}

/// One occurrence that is to come.
struct OccurrenceReport: Codable, Equatable, Sendable {
  var nominal: Date
  /// Later than that with jitter.
  var due: Date
  /// The nominal time by the clocks of the rule's zone.
  var text: String
}

/// What became of one change.
struct ScheduleChangeReport: Codable, Equatable, Sendable {
  var schedule: String
  /// In words.
  var result: String
  /// The job of a trigger, or the one in its way.
  var job: JobID?
  /// Jobs that a backfill enqueued, and occurrences whose jobs were there.
  var enqueued: Int?
  var duplicates: Int?
}
