/// Everything that is stored of a schedule.
public struct ScheduleState: Sendable, Hashable, Codable {
  /// The schedule.
  public internal(set) var schedule: Schedule
  /// Who declares it (``Schedules/sync(_:source:)``); nil for one that was put by hand.
  public internal(set) var source: String?
  /// When it was stored first.
  public internal(set) var created: WallTime
  /// Every occurrence up to here has been decided; never moves back.
  public private(set) var cursor: WallTime
  /// What the clocks of the rule's zone showed then, by the zone data that was in force; nil where that does not matter.
  private(set) var civilCursor: Int?
  /// How many occurrences were handed out, those found overlapped included.
  public internal(set) var fired = 0
  /// The name of the job that was handed out last.
  public internal(set) var lastJob: String?
  /// Set while it is paused.
  public internal(set) var pause: SchedulePause?
  /// The next nominal time, by the zone data that was in force when this was written; nil when there is none.
  public internal(set) var next: WallTime?

  init(_ schedule: Schedule, source: String?, at now: WallTime) {
    self.schedule = schedule
    self.source = source
    created = now
    cursor = now
    civilCursor = schedule.rule.civilTime(at: now)
    next = upcoming
  }

  /// Every occurrence up to a moment has been decided.
  mutating func decide(through time: WallTime) {
    cursor = max(cursor, time)
    civilCursor = schedule.rule.civilTime(at: cursor)
  }

  /// Keeps what has been decided so when new zone data moves it: a time of the day that has come does not come again on
  /// the same day, because it is later now.
  mutating func follow() {
    guard let civilCursor, schedule.rule.civilTime(at: cursor) != civilCursor,
      let moment = schedule.rule.moment(ofCivilTime: civilCursor), moment > cursor
    else { return }
    decide(through: moment)
  }

  /// Whether no occurrence is left: the rule, the end or the count is reached.
  public var isOver: Bool { !schedule.rule.isManual && upcoming == nil }

  /// The nominal time that is to be decided next, whether or not the schedule is paused.
  var upcoming: WallTime? { left > 0 ? schedule.next(after: cursor) : nil }

  /// How many occurrences may still be handed out.
  var left: Int { schedule.count.map { max(0, $0 - fired) } ?? .max }

  /// When there will be something to do; nil for never.
  var wake: WallTime? { pause == nil ? upcoming.map(schedule.due) : nil }
}

/// That a schedule is paused.
public struct SchedulePause: Sendable, Hashable, Codable {
  /// Who did it.
  public var actor: String
  /// When.
  public var at: WallTime
  /// Why.
  public var note: String?
}
