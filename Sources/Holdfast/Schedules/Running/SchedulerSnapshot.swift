/// What a scheduler is doing, at one moment; one JSON shape for the console, the command line and tests.
public struct SchedulerSnapshot: Sendable, Hashable, Codable {
  /// Whether it fires.
  public enum Mode: String, Sendable, Hashable, Codable {
    /// It does not run.
    case stopped
    /// It reads what is stored.
    case loading
    /// It cannot reach its store; ``SchedulerSnapshot/trouble`` says why.
    case waiting
    /// It fires schedules.
    case working
  }

  /// What people call it.
  public var name: String
  /// Whether it fires.
  public var mode: Mode
  /// Why the store could not be reached the last time, until it can.
  public var trouble: String?
  /// How many schedules there are.
  public var schedules = 0
  /// How many of them are paused.
  public var paused = 0
  /// Those that cannot be read, by name, with the reason.
  public var broken: [String: String] = [:]
  /// What comes next.
  public var next: Next?
  /// What it has done since it started.
  public var totals = Totals()

  /// The schedule that is due next.
  public struct Next: Sendable, Hashable, Codable {
    /// Its name.
    public var schedule: String
    /// When.
    public var due: WallTime
  }

  /// Occurrences, by what became of them.
  public struct Totals: Sendable, Hashable, Codable {
    /// Their jobs were enqueued.
    public var fired = 0
    /// A job stood in their way.
    public var overlapped = 0
    /// They became part of others.
    public var coalesced = 0
    /// They passed.
    public var skipped = 0

    mutating func count(_ events: [ScheduleEvent]) {
      for event in events {
        switch event.kind {
        case .fired: fired += 1
        case .overlapped: overlapped += 1
        case .coalesced(let range): coalesced += range.count
        case .skipped(let range, _): skipped += range.count
        default: break
        }
      }
    }
  }
}

/// Something that a scheduler tells.
public enum SchedulerEvent: Sendable, Hashable {
  /// It is in a schedule's history now.
  case recorded(ScheduleEvent)
  /// The jobs of occurrences are enqueued, the latest of them so long after it was due.
  case fired(schedule: String, lateBy: Duration)
  /// Everything that is stored is known; told after each time it was read.
  case loaded(schedules: Int)
  /// A schedule cannot be read: a time zone is missing, or a newer version wrote it.
  case broken(schedule: String, reason: String)
  /// The store could not be used; it is tried again after so long (SC5).
  case storeFailed(reason: String, retryAfter: Duration)
  /// It can be used again.
  case storeRecovered
}
