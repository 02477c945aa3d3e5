#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What to write about one schedule: its next state, its history, and jobs; all of it or nothing.
struct SchedulePlan: Sendable, Equatable {
  /// Jobs that one plan enqueues at most; what is left comes in the next one.
  static let slice = 1000
  /// Where schedules are stored.
  static let collection = "schedules"
  /// Who fires schedules, in their history.
  static let scheduler = "scheduler"

  let name: String
  let now: WallTime
  let actor: String
  /// What the schedule becomes; nil when it is deleted.
  var state: ScheduleState?
  var cancellations: [NamedCancellation] = []
  var jobs: [JobDraft] = []
  var notes: [Note] = []

  /// Something that happened.
  struct Note: Sendable, Equatable {
    var kind: ScheduleEvent.Kind
    /// The place of its job within ``SchedulePlan/jobs``.
    var job: Int?
  }

  init(_ state: ScheduleState, at now: WallTime, by actor: String) {
    name = state.schedule.name
    self.now = now
    self.actor = actor
    self.state = state
  }

  mutating func note(_ kind: ScheduleEvent.Kind, job: Int? = nil) {
    notes.append(Note(kind: kind, job: job))
  }

  /// How long after its due time each job is enqueued; empty for those of no time.
  func lateness(at now: WallTime) -> [Duration] {
    jobs.compactMap { job in
      guard case .at(let due) = job.start else { return nil }
      return max(.zero, due.duration(to: now))
    }
  }

  /// Works out what comes next, when everything else is decided.
  func finished() -> SchedulePlan {
    var plan = self
    plan.state?.next = state?.upcoming
    return plan
  }
}

// Writing.
extension SchedulePlan {
  static func reference(_ name: String) -> RecordReference { RecordReference(collection, name) }

  /// Adds everything to a change, which holds only if the stored schedule is as expected.
  ///
  /// - Parameter expectation: What must be stored; nil when the state is not written.
  func add(to change: inout RecordChange, expecting expectation: RecordPut.Expectation?) throws {
    let reference = Self.reference(name)
    if let expectation {
      change.puts.append(RecordPut(reference, expecting: expectation, body: try body()))
    }
    for note in notes {
      let body = try PayloadCoding.encoder.encode(ScheduleNote(kind: note.kind, actor: actor))
      change.entries.append(
        RecordEntry(reference, at: now, body: body, job: note.job.map { $0 + change.jobs.count }))
    }
    change.cancellations += cancellations
    change.jobs += jobs
  }

  private func body() throws -> Data? {
    guard let state else { return nil }
    let body = try PayloadCoding.encoder.encode(state)
    guard body.count <= JobLimits.payload else {
      throw ScheduleError(
        .invalid, name, "job.payload",
        "makes a record of \(body.count) bytes, over \(JobLimits.payload); store it elsewhere and pass a reference")
    }
    return body
  }
}
