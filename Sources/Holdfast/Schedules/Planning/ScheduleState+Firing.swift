/// Deciding occurrences, in closed form: what was missed is counted, not visited (SC20, SC21).
extension ScheduleState {
  /// What is to be done about everything that is due and undecided; nil for nothing.
  ///
  /// - Parameters:
  ///   - now: The wall clock.
  ///   - limit: Jobs to enqueue at most, ≥ 1; the cursor stays before the rest.
  func firing(at now: WallTime, limit: Int = SchedulePlan.slice) -> SchedulePlan? {
    guard pause == nil, left > 0, let last = schedule.last(dueBefore: now.successor, after: cursor) else { return nil }
    var plan = SchedulePlan(self, at: now, by: SchedulePlan.scheduler)
    plan.skipLate()
    switch schedule.misfire {
    case .all, .skip: plan.fireAll(through: last, limit: min(limit, left))
    case .latest: plan.fireLatest(last)
    case .earliest: plan.fireEarliest(through: last)
    }
    return plan.finished()
  }

  /// The occurrence of a scheduler's start, outside of the rule's times; nil when there is none, or it has fired already.
  ///
  /// - Parameters:
  ///   - start: When the scheduler started: the nominal time, however late it is written, so that an answer of the store
  ///     that was lost makes no second one.
  ///   - now: The wall clock.
  func firingAtStart(_ start: WallTime, at now: WallTime) -> SchedulePlan? {
    guard pause == nil, left > 0, schedule.rule.firesAtStart, schedule.spans(start), lastJob != jobName(start) else {
      return nil
    }
    var plan = SchedulePlan(self, at: now, by: SchedulePlan.scheduler)
    plan.fire(start, cursor: cursor)
    return plan.finished()
  }

  /// What to write when the zone data says another next time than it did, or has moved one that was decided; nil when it
  /// has not (SC24).
  func moved(at now: WallTime) -> SchedulePlan? {
    var state = self
    state.follow()
    let upcoming = state.upcoming
    guard upcoming != next || state.cursor != cursor else { return nil }
    var plan = SchedulePlan(state, at: now, by: SchedulePlan.scheduler)
    if upcoming != next { plan.note(.nextFireMoved(from: next, to: upcoming)) }
    return plan.finished()
  }
}

extension SchedulePlan {
  /// Records what is too late to fire.
  fileprivate mutating func skipLate() {
    guard let state, let window = state.schedule.misfire.window else { return }
    let limit = now.advanced(by: .zero - window)
    guard let last = state.schedule.last(dueBefore: limit, after: state.cursor) else { return }
    pass(through: last) { .skipped($0, state.schedule.misfire.reason) }
  }

  /// Records that occurrences do not fire.
  mutating func pass(through last: WallTime, as kind: (ScheduleRange) -> ScheduleEvent.Kind) {
    guard let state, let range = state.schedule.range(after: state.cursor, through: last) else { return }
    note(kind(range))
    self.state?.decide(through: range.last)
  }

  fileprivate mutating func fireLatest(_ last: WallTime) {
    guard let state, last > state.cursor else { return }
    pass(through: last.predecessor) { .coalesced($0) }
    fire(last, cursor: last)
  }

  fileprivate mutating func fireEarliest(through last: WallTime) {
    guard let first = state?.upcoming, first <= last else { return }
    fire(first, cursor: first)
    pass(through: last) { .coalesced($0) }
  }

  /// Where each occurrence ends the one before it, only the newest is worth beginning.
  fileprivate mutating func fireAll(through last: WallTime, limit: Int) {
    if state?.schedule.overlap.endsPredecessor == true { return fireLatest(last) }
    for _ in 0..<limit {
      guard let next = state?.upcoming, next <= last else { return }
      fire(next, cursor: next)
    }
  }

  fileprivate mutating func fire(_ nominal: WallTime, cursor: WallTime) {
    guard let state else { return }
    if let cancellation = state.cancellation { cancellations.append(cancellation) }
    note(.fired(nominal: nominal), job: jobs.count)
    jobs.append(state.job(for: nominal))
    self.state?.decide(through: cursor)
    self.state?.fired += 1
    self.state?.lastJob = state.jobName(nominal)
  }
}
