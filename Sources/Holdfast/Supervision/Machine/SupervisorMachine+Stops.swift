/// The end of a supervisor under way.
struct Stopping {
  enum Reason {
    case requested
    case significant(String)
    case failed(SupervisorError)
  }

  enum Stage {
    /// In order, each child with its own deadline.
    case orderly
    /// Everything that is left has been cancelled at once.
    case hurried
  }

  let reason: Reason
  /// When everything must be over.
  let deadline: Instant
  /// What a cancelled child gets all the same when that has passed already: the process may have stood still.
  let lastWord: Duration
  var stage = Stage.orderly
  /// Where the search for the next child to stop begins.
  var cursor: UInt32?
}

// MARK: - One child

extension SupervisorMachine {
  var stoppingError: SupervisorError { SupervisorError(.stopping, "the supervisor is stopping") }

  /// First rung of the ladder: ask, or cancel at once where nobody would hear the request.
  mutating func requestStop(_ slot: UInt32, _ purpose: StopPurpose, at now: Instant) {
    children[slot].purpose = max(children[slot].purpose, purpose)
    guard children[slot].phase != .stopping else { return }
    children.setPhase(.stopping, of: slot)
    routine(.stopping, slot, at: now)
    let policy = children[slot].options.shutdown
    guard children[slot].flags.contains(.listens), policy.grace != .zero else { return cancel(slot, at: now) }
    effects.append(.askToStop(reference(slot)))
    deadlines.set(policy.grace.map { now.advanced(by: $0) } ?? .distantFuture, for: slot, in: &children)
  }

  /// Second rung.
  private mutating func cancel(_ slot: UInt32, at now: Instant) {
    guard !children[slot].flags.contains(.cancelled) else { return }
    if children[slot].flags.contains(.listens) { tell(.cancelled, slot, at: now) }
    children[slot].flags.insert(.cancelled)
    effects.append(.cancel(reference(slot)))
    deadlines.set(now.advanced(by: children[slot].options.shutdown.cancellation), for: slot, in: &children)
  }

  /// Third rung: nobody waits any more; what the task still does is ignored.
  private mutating func abandon(_ slot: UInt32, at now: Instant) {
    let record = children[slot]
    abandoned.append(
      Abandoned(reference: reference(slot), id: record.child.id, generation: Int(record.starts), since: now))
    totals.abandoned += 1
    tell(.abandoned, slot, at: now)
    children[slot].generation &+= 1
    deadlines.set(.distantFuture, for: slot, in: &children)
    stopEnded(slot, .abandoned, at: now)
  }

  /// A child that was being stopped is gone; what follows depends on why.
  mutating func stopEnded(_ slot: UInt32, _ exit: Exit, at now: Instant) {
    let isAbandoned = if case .abandoned = exit { true } else { false }
    let purpose = children[slot].purpose
    children[slot].purpose = .none
    children[slot].lastExit = isAbandoned ? .abandoned : .shutdown
    if !isAbandoned { routineOrStop(exit, slot, at: now) }
    switch purpose {
    case .none, .heartbeatMissed:
      let error = HeartbeatMissed(interval: children[slot].options.heartbeat ?? .zero)
      recover(slot, isAbandoned ? .abandoned : .failed(error), at: now)
    case .startDeadlineMissed:
      let error = StartDeadlineExceeded(deadline: children[slot].options.startDeadline)
      startFailed(slot, error, exit: isAbandoned ? .abandoned : nil, at: now)
    case .regroup:
      if children[slot].options.restart == .temporary {
        answer(slot, .ended(exit))
        remove(slot, at: now)
      } else {
        children.setPhase(.restarting, of: slot)
      }
    case .terminate: terminated(slot, exit, at: now)
    case .shutdown:
      children.setPhase(.stopped, of: slot)
      answer(slot, .failure(stoppingError))
      answerStops(slot, exit)
    }
    continueRegroup(at: now)
    continueStop(at: now)
  }

  private mutating func routineOrStop(_ exit: Exit, _ slot: UInt32, at now: Instant) {
    if tellsRoutine || totals.abandoned > 0 { tell(.stopped(exit), slot, at: now) }
  }

  /// Somebody asked for the end of this child: it stays down, also when its group starts again. One that was added and
  /// never became ready is forgotten, as after any other failed start.
  mutating func terminated(_ slot: UInt32, _ exit: Exit, at now: Instant) {
    let discard = children[slot].flags.contains(.discardOnFailure)
    children.setPhase(.stopped, of: slot)
    answer(slot, .failure(SupervisorError(.startFailed, child: children[slot].child.id, "stopped while it started")))
    answerStops(slot, exit)
    turnOver(slot, at: now)
    if discard || children[slot].options.restart == .temporary || plan.isDynamic { remove(slot, at: now) }
  }
}

// MARK: - All children

extension SupervisorMachine {
  /// Ends the run. A stop beats every pending start and restart (law 2).
  mutating func stop(_ reason: Stopping.Reason, at now: Instant) {
    switch mode {
    case .idle, .stopping: return
    case .starting, .running, .regrouping: break
    }
    let bound = plan.shutdownBound(of: activePolicies)
    mode = .stopping(
      Stopping(
        reason: reason, deadline: now.advanced(by: bound), lastWord: min(bound / 5, .seconds(1)),
        cursor: children.last))
    tell(.supervisorStopping(reason: words(for: reason)), at: now)
    ownDeadline = now.advanced(by: bound - plan.shutdownReserve(of: bound))
    for slot in Array(children.inOrder) where children[slot].phase.isQueued { settle(slot, at: now) }
    continueStop(at: now)
  }

  private var activePolicies: some Sequence<ShutdownPolicy> {
    children.inOrder.lazy.filter { children[$0].phase.isActive }.map { children[$0].options.shutdown }
  }

  private func words(for reason: Stopping.Reason) -> String {
    switch reason {
    case .requested: "requested"
    case .significant(let id): "the significant child \(id) ended"
    case .failed(let error): error.description
    }
  }

  var isStopping: Bool { if case .stopping = mode { true } else { false } }

  /// Everything that is left is cancelled now, all at once, and abandoned after `patience` or when the time is up. Where
  /// it is up already, nobody has had the chance to end: each gets a last moment.
  mutating func hurry(at now: Instant, within patience: Duration = .seconds(1)) {
    guard case .stopping(var stopping) = mode, stopping.stage == .orderly else { return }
    stopping.stage = .hurried
    mode = .stopping(stopping)
    let end = stopping.deadline > now ? stopping.deadline : now.advanced(by: stopping.lastWord)
    ownDeadline = min(now.advanced(by: patience), end)
    for slot in Array(children.inOrder) where children[slot].phase.isActive {
      requestStop(slot, .shutdown, at: now)
      cancel(slot, at: now)
    }
    continueStop(at: now)
  }

  /// When a child that was cancelled is abandoned at the latest.
  func abandonment(of slot: UInt32) -> Instant {
    guard case .stopping(let stopping) = mode else { return children[slot].deadline }
    return min(children[slot].deadline, stopping.stage == .hurried ? ownDeadline : stopping.deadline)
  }

  /// Asks the next child to stop as soon as the one before it has ended; with none left, the run is over.
  mutating func continueStop(at now: Instant) {
    guard case .stopping(var stopping) = mode else { return }
    while let slot = stopping.cursor {
      if children[slot].phase.isActive {
        requestStop(slot, .shutdown, at: now)
        if plan.stopOrder == .reverse, stopping.stage == .orderly { break }
      }
      stopping.cursor = children[slot].previous
    }
    mode = .stopping(stopping)
    if stopping.cursor == nil, children.active == 0 { finish(stopping.reason, at: now) }
  }

  /// A pending start or restart ends with the first word of a stop, not when its turn comes (law 2).
  private mutating func settle(_ slot: UInt32, at now: Instant) {
    deadlines.set(.distantFuture, for: slot, in: &children)
    children.setPhase(.stopped, of: slot)
    answer(slot, .failure(stoppingError))
    answerStops(slot, .shutdown)
  }

  private mutating func finish(_ reason: Stopping.Reason, at now: Instant) {
    let error: SupervisorError? = if case .failed(let error) = reason { error } else { nil }
    mode = .idle
    ownDeadline = .distantFuture
    deadlines.clear()
    tell(.supervisorStopped(error), at: now)
    effects.append(.finished(error))
    for slot in Array(children.inOrder) { children.remove(slot) }
    histories.removeAll()
    fillWithPlan()
  }
}

// MARK: - Time

extension SupervisorMachine {
  /// Acts on every deadline that has passed.
  mutating func timePassed(at now: Instant) {
    while let slot = deadlines.popDue(by: now, in: &children) { deadlinePassed(slot, at: now) }
    guard ownDeadline <= now else { return }
    switch mode {
    case .regrouping: startGroup(at: now)
    case .stopping(let stopping) where stopping.stage == .orderly: hurry(at: now)
    case .stopping: abandonAll(at: now)
    case .idle, .starting, .running: ownDeadline = .distantFuture
    }
  }

  private mutating func deadlinePassed(_ slot: UInt32, at now: Instant) {
    let options = children[slot].options
    switch children[slot].phase {
    case .starting:
      tell(.startDeadlineMissed(deadline: options.startDeadline), slot, at: now)
      requestStop(slot, .startDeadlineMissed, at: now)
    case .running:
      tell(.heartbeatMissed(interval: options.heartbeat ?? .zero), slot, at: now)
      requestStop(slot, .heartbeatMissed, at: now)
    case .stopping:
      if children[slot].flags.contains(.cancelled) { abandon(slot, at: now) } else { cancel(slot, at: now) }
    case .waiting: spawn(slot, at: now)
    case .pending, .restarting, .stopped, .finished, .parked: children[slot].deadline = .distantFuture
    }
  }

  private mutating func abandonAll(at now: Instant) {
    ownDeadline = .distantFuture
    for slot in Array(children.inOrder) where children.isOccupied(slot) && children[slot].phase.isActive {
      abandon(slot, at: now)
    }
  }
}
