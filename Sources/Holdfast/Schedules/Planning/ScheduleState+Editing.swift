/// What people do to schedules.
extension ScheduleState {
  /// Stores a schedule, over what is there; nil when nothing changes.
  static func putting(
    _ schedule: Schedule, over state: ScheduleState?, source: String?, at now: WallTime, by actor: String
  ) -> SchedulePlan? {
    if let state { return state.editing(schedule, source: source, at: now, by: actor) }
    var plan = SchedulePlan(ScheduleState(schedule, source: source, at: now), at: now, by: actor)
    plan.note(.created)
    return plan
  }

  /// Replaces the schedule; nil when nothing changes.
  ///
  /// When its times change, what is due by the old ones and undecided never fires (SC23), and the new ones count from now
  /// on. Otherwise undecided occurrences fire as the new schedule says.
  private func editing(_ schedule: Schedule, source: String?, at now: WallTime, by actor: String) -> SchedulePlan? {
    guard !schedule.isSame(as: self.schedule) || source != self.source else { return nil }
    var plan = SchedulePlan(self, at: now, by: actor)
    if !schedule.hasSameTimes(as: self.schedule) { plan.passAll { .skipped($0, .edited) } }
    plan.note(.edited)
    plan.state?.schedule = schedule
    // By the clocks of the new rule.
    if !schedule.hasSameTimes(as: self.schedule) { plan.state?.decide(through: now) }
    plan.state?.source = source
    return plan.finished()
  }

  /// Stops firing; nil when it is paused already.
  func pausing(_ note: String?, at now: WallTime, by actor: String) -> SchedulePlan? {
    guard pause == nil else { return nil }
    var plan = SchedulePlan(self, at: now, by: actor)
    plan.note(.paused(note: note))
    plan.state?.pause = SchedulePause(actor: actor, at: now, note: note)
    return plan.finished()
  }

  /// Fires again from now on; nil when it is not paused.
  func resuming(at now: WallTime, by actor: String) -> SchedulePlan? {
    guard pause != nil else { return nil }
    var plan = SchedulePlan(self, at: now, by: actor)
    plan.passAll { .skipped($0, .paused) }
    plan.note(.resumed)
    plan.state?.pause = nil
    return plan.finished()
  }

  /// Fires once outside of the rule, paused or not.
  func triggering(at now: WallTime, by actor: String) -> SchedulePlan {
    var plan = SchedulePlan(self, at: now, by: actor)
    if let cancellation { plan.cancellations.append(cancellation) }
    plan.note(.triggered, job: 0)
    plan.jobs = [extraJob(at: now)]
    plan.state?.lastJob = plan.jobs[0].name
    return plan
  }

  /// Enqueues the first jobs of a range of past occurrences; nil when there are none.
  func backfilling(
    after start: WallTime, through end: WallTime, at now: WallTime, by actor: String,
    limit: Int = SchedulePlan.slice
  ) -> SchedulePlan? {
    var plan = SchedulePlan(self, at: now, by: actor)
    var last = start
    while plan.jobs.count < limit, let next = schedule.next(after: last), next <= end {
      plan.jobs.append(lateJob(for: next))
      last = next
    }
    guard let range = schedule.range(after: start, through: last) else { return nil }
    plan.note(.backfilled(range))
    return plan
  }

  /// Forgets it. Jobs that were enqueued stay.
  func deleting(at now: WallTime, by actor: String) -> SchedulePlan {
    var plan = SchedulePlan(self, at: now, by: actor)
    plan.note(.deleted)
    plan.state = nil
    return plan
  }
}

extension SchedulePlan {
  /// Records that nothing up to now fires any more.
  fileprivate mutating func passAll(as kind: (ScheduleRange) -> ScheduleEvent.Kind) {
    guard let state else { return }
    if state.left > 0 { pass(through: now, as: kind) }
    self.state?.decide(through: now)
  }
}

/// Rules are compared as they are written: new zone data does not make another rule.
extension Schedule {
  fileprivate func isSame(as other: Schedule) -> Bool {
    var copy = other
    copy.rule = rule
    return self == copy && rule.description == other.rule.description
  }

  fileprivate func hasSameTimes(as other: Schedule) -> Bool {
    rule.description == other.rule.description && start == other.start && end == other.end && jitter == other.jitter
      && count == other.count
  }
}
