import Logging
import Synchronization

/// Talking to the store, and telling of it.
extension SchedulerRun {
  /// Reads every schedule; what did not change is not looked at.
  func load(_ isFresh: Bool) async throws(StoreError) {
    let began = clock.now
    state.withLock { $0.mustLoad = false }
    if isFresh { Zone.reload() }
    let records: [StoredRecord]
    do throws(StoreError) {
      records = try await scheduler.store.records(in: SchedulePlan.collection)
    } catch {
      state.withLock { $0.mustLoad = true }
      return try failed(error, [])
    }
    let (wall, now) = (clock.wallTime, clock.now)
    let (broken, hadTrouble) = state.withLock { state in
      let hadTrouble = state.machine.trouble != nil
      let broken = state.machine.loaded(records, isFresh: isFresh, at: wall)
      state.isLoaded = true
      if isFresh { state.refresh = now.advanced(by: Self.zonePeriod) }
      state.loadAgain = now.advanced(by: min(.seconds(1), began.duration(to: now) * 20))
      return (broken, hadTrouble)
    }
    if hadTrouble { recovered() }
    for (name, reason) in broken { tell(broken: name, reason) }
    tell(.loaded(schedules: records.count))
  }

  /// Writes what is due, in one commit.
  func write(_ firings: [ScheduleMachine.Firing]) async throws(StoreError) {
    var (changes, sent): ([RecordChange], [ScheduleMachine.Firing]) = ([], [])
    for firing in firings {
      do {
        var change = RecordChange()
        try firing.plan.add(to: &change, expecting: .revision(firing.revision))
        JobTracing.fire(firing.plan.name, &change)
        changes.append(change)
        sent.append(firing)
      } catch {
        state.withLock { $0.machine.fail(firing.plan.name, revision: firing.revision, "\(error)") }
        tell(broken: firing.plan.name, "\(error)")
      }
    }
    let results: [RecordChangeResult]
    do throws(StoreError) { results = try await scheduler.store.write(changes) } catch {
      return try failed(error, sent)
    }
    let (events, hadTrouble) = state.withLock { state in
      let hadTrouble = state.machine.trouble != nil
      return (state.machine.written(sent, results), hadTrouble)
    }
    if hadTrouble { recovered() }
    tell(sent, results, events)
  }

  /// Waits and tries again, unless there is no hope.
  private func failed(_ error: StoreError, _ firings: [ScheduleMachine.Firing]) throws(StoreError) {
    let now = clock.now
    let (delay, isFirst) = state.withLock { state in
      let isFirst = state.machine.trouble == nil
      return (state.machine.failed(error, firings, at: now, using: &state.generator), isFirst)
    }
    logger.log(
      level: isFirst ? .warning : .debug, "schedules wait for the store; it will be tried again",
      metadata: ["error": "\(error)"])
    tell(.storeFailed(reason: error.description, retryAfter: delay))
    if error.code == .closed || !error.isTransient && firings.isEmpty { throw error }
  }

  private func recovered() {
    logger.info("the store is back; schedules go on")
    tell(.storeRecovered)
  }
}

// Telling.
extension SchedulerRun {
  private func tell(_ event: SchedulerEvent) {
    guard scheduler.broadcast.isObserved else { return }
    for wake in scheduler.broadcast.publish(event) { wake() }
  }

  private func tell(broken name: String, _ reason: String) {
    logger.error("a schedule cannot be fired", metadata: ["schedule": "\(name)", "reason": "\(reason)"])
    tell(.broken(schedule: name, reason: reason))
  }

  private func tell(
    _ firings: [ScheduleMachine.Firing], _ results: [RecordChangeResult], _ events: [ScheduleEvent]
  ) {
    let now = clock.wallTime
    for (firing, result) in zip(firings, results) {
      guard case .written = result else { continue }
      scheduler.metrics.wrote(firing.plan, at: now)
      if let late = firing.plan.lateness(at: now).max() { tell(.fired(schedule: firing.plan.name, lateBy: late)) }
    }
    for event in events {
      scheduler.metrics.count(event)
      log(event)
      tell(.recorded(event))
    }
  }

  /// What an operator would want to know; the rest is in the history.
  private func log(_ event: ScheduleEvent) {
    let (level, text): (Logger.Level, String)
    switch event.kind {
    case .skipped(let range, let reason):
      (level, text) = (.warning, "\(range.count) occurrences were skipped: \(reason.rawValue)")
    case .coalesced(let range): (level, text) = (.notice, "\(range.count) late occurrences became part of one")
    case .nextFireMoved: (level, text) = (.notice, "the time zone data moved the next occurrence")
    case .overlapped: (level, text) = (.debug, "an occurrence found the job of an earlier one")
    default: return
    }
    logger.log(level: level, "\(text)", metadata: ["schedule": "\(event.schedule)"])
  }
}
