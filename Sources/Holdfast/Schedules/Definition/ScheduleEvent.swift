/// Something that happened to a schedule: an entry of its history.
public struct ScheduleEvent: Sendable, Hashable, Codable {
  /// What happened.
  public enum Kind: Sendable, Hashable, Codable {
    /// It was stored for the first time.
    case created
    /// It was changed.
    case edited
    /// It was deleted.
    case deleted
    /// The job of an occurrence was enqueued.
    case fired(nominal: WallTime)
    /// An occurrence came while the job of an earlier one stood in its way.
    case overlapped(nominal: WallTime)
    /// Occurrences became part of one that fired, because they were late together.
    case coalesced(ScheduleRange)
    /// Occurrences passed without firing.
    case skipped(ScheduleRange, SkipReason)
    /// Somebody fired it by hand.
    case triggered
    /// Somebody enqueued the jobs of past occurrences.
    case backfilled(ScheduleRange)
    /// Somebody paused it.
    case paused(note: String?)
    /// Somebody resumed it.
    case resumed
    /// The time zone data says another time now than when the next occurrence was worked out (SC24).
    case nextFireMoved(from: WallTime?, to: WallTime?)
  }

  /// Its place in the histories of all schedules, which only grows; nil while it is news.
  public var number: Int64?
  /// The schedule.
  public var schedule: String
  /// What happened.
  public var kind: Kind
  /// When, by the store's clock.
  public var at: WallTime
  /// Who did it: `scheduler`, or who asked.
  public var actor: String
  /// The job that was enqueued, or that stood in the way.
  public var job: JobID?
  /// Whether that job stood in the way, so that none was enqueued.
  public var isDuplicate = false

  /// The event's name, stable for logs, JSON and metrics: `fired`, `skipped` …
  public var name: String {
    switch kind {
    case .created: "created"
    case .edited: "edited"
    case .deleted: "deleted"
    case .fired: "fired"
    case .overlapped: "overlapped"
    case .coalesced: "coalesced"
    case .skipped: "skipped"
    case .triggered: "triggered"
    case .backfilled: "backfilled"
    case .paused: "paused"
    case .resumed: "resumed"
    case .nextFireMoved: "nextFireMoved"
    }
  }

  /// The occurrences that it tells of; nil when it tells of none.
  public var occurrences: ScheduleRange? { kind.occurrences }
}

extension ScheduleEvent.Kind {
  var occurrences: ScheduleRange? {
    switch self {
    case .fired(let nominal), .overlapped(let nominal): ScheduleRange(first: nominal, last: nominal, count: 1)
    case .coalesced(let range), .skipped(let range, _), .backfilled(let range): range
    case .created, .edited, .deleted, .triggered, .paused, .resumed, .nextFireMoved: nil
    }
  }
}

/// Occurrences in a row, told as one.
public struct ScheduleRange: Sendable, Hashable, Codable {
  /// The first nominal time.
  public var first: WallTime
  /// The last one.
  public var last: WallTime
  /// How many there are, both ends included.
  public var count: Int
}

/// What the journal keeps of an event, beside what the store knows itself.
struct ScheduleNote: Codable {
  var kind: ScheduleEvent.Kind
  var actor: String
}

extension ScheduleEvent {
  /// What the store knows of an event. A firing whose job was a duplicate is an overlap.
  init(_ note: ScheduleNote, _ schedule: String, at time: WallTime, number: Int64?, job: JobID?, isDuplicate: Bool) {
    self.number = number
    self.schedule = schedule
    kind = note.kind
    if isDuplicate, case .fired(let nominal) = note.kind { kind = .overlapped(nominal: nominal) }
    at = time
    actor = note.actor
    self.job = job
    self.isDuplicate = isDuplicate
  }
}
