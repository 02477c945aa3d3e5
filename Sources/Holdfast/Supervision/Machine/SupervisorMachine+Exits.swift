/// What happens when a generation ends: the decision table of restarts.
extension SupervisorMachine {
  /// A generation's task ended. Exactly one such event comes for each generation, also for abandoned ones.
  mutating func childEnded(_ reference: ChildReference, _ exit: Exit, at now: Instant) {
    guard let slot = children.current(reference), children[slot].phase.isActive else {
      return endedLate(reference, exit, at: now)
    }
    deadlines.set(.distantFuture, for: slot, in: &children)
    switch children[slot].phase {
    case .starting: endedBeforeReady(slot, exit, at: now)
    case .stopping: stopEnded(slot, exit, at: now)
    default:
      tell(.exited(exit, lifetime: lifetime(slot, at: now)), slot, at: now)
      recover(slot, exit, at: now)
    }
  }

  private mutating func endedLate(_ reference: ChildReference, _ exit: Exit, at now: Instant) {
    guard let index = abandoned.firstIndex(where: { $0.reference == reference }) else { return }
    let late = abandoned.remove(at: index)
    notices.append(Notice(id: late.id, generation: UInt32(late.generation), kind: .endedLate(exit), at: now))
  }

  private mutating func endedBeforeReady(_ slot: UInt32, _ exit: Exit, at now: Instant) {
    switch exit {
    case .failed(let error) where error is ChildIgnored: ignored(slot, at: now)
    case .failed(let error): startFailed(slot, error, at: now)
    case .normal, .shutdown, .abandoned: startFailed(slot, EndedBeforeReady(), at: now)
    }
  }

  /// S25: not wanted, and that is fine; the specification is kept unless the child is temporary.
  private mutating func ignored(_ slot: UInt32, at now: Instant) {
    children.setPhase(.finished, of: slot)
    children[slot].lastExit = .normal
    children[slot].flags.formIntersection(.inTurn)
    answer(slot, .ignored)
    tell(.finished, slot, at: now)
    turnOver(slot, at: now)
    if children[slot].options.restart == .temporary || plan.isDynamic { remove(slot, at: now) }
  }

  /// A start failed: to the caller if a call asked for it, to the tree if it was the first one, else to the policy.
  mutating func startFailed(_ slot: UInt32, _ error: any Error, exit: Exit? = nil, at now: Instant) {
    tell(.startFailed(error), slot, at: now)
    let exit = exit ?? .failed(error)
    let record = children[slot]
    if record.flags.contains(.startedByCall) { return startFailedForCaller(slot, error, exit, at: now) }
    guard case .starting = mode, record.flags.contains(.inTurn) else { return recover(slot, exit, at: now) }
    if record.options.startMayFail {
      recover(slot, exit, at: now)
    } else {
      children[slot].lastExit = exit
      children.setPhase(.stopped, of: slot)
      let reason = "did not start, so the supervisor was stopped; mend the child, or let it retry with startMayFail"
      stop(.failed(SupervisorError(.startFailed, child: record.child.id, reason, underlying: error)), at: now)
    }
  }

  private mutating func startFailedForCaller(_ slot: UInt32, _ error: any Error, _ exit: Exit, at now: Instant) {
    let id = children[slot].child.id
    let discard = children[slot].flags.contains(.discardOnFailure)
    children[slot].flags.subtract([.startedByCall, .discardOnFailure])
    children[slot].lastExit = exit
    answer(slot, .failure(SupervisorError(.startFailed, child: id, "did not start", underlying: error)))
    if children[slot].options.startMayFail { return recover(slot, exit, at: now) }
    children.setPhase(.stopped, of: slot)
    if discard || children[slot].options.restart == .temporary { remove(slot, at: now) }
  }

  /// The decision: restart now, later, or not at all; within the limits.
  mutating func recover(_ slot: UInt32, _ exit: Exit, at now: Instant) {
    children[slot].lastExit = exit
    if case .stopping = mode { return endedOutOfTurn(slot, at: now) }
    let box = children[slot].child.box
    guard box.options.restart.restarts(after: exit) else { return conclude(slot, exit, at: now) }
    let lived = lifetime(slot, at: now)
    let verdict = box.options.backoff.delay(after: lived, state: &children[slot].backoff, using: &random)
    if let fault = verdict.fault { tell(.backoffFault(fault), slot, at: now) }
    reportFailures(slot, exit, at: now)
    if let limit = box.options.limit, Int(children[slot].backoff.attempt) > limit.failures {
      return breach(limit.breach, slot, "failed \(children[slot].backoff.attempt) times in a row", at: now)
    }
    let due = due(box.options.backoff.meaning, verdict.delay, slot, at: now)
    if plan.intensity.counting == .allRestarts || due <= now, !joinsGroup(slot), !window.admit(at: now) {
      if case .coolDown = plan.intensity.breach { window.clear() }
      let count = plan.intensity.restarts == 1 ? "1 restart" : "\(plan.intensity.restarts) restarts"
      let limit = "\(count) within \(plan.intensity.period.rounded)"
      return breach(plan.intensity.breach, slot, "one more than \(limit)", at: now)
    }
    restart(slot, due: due, at: now)
  }

  private func due(_ meaning: Backoff.Meaning, _ delay: Duration, _ slot: UInt32, at now: Instant) -> Instant {
    switch meaning {
    case .afterExit: now.advanced(by: delay)
    case .minimumLifetime: max(now, children[slot].startedAt.advanced(by: delay))
    }
  }

  /// A child that keeps failing is reported at five failures in a row and at each doubling, whatever the limits.
  private mutating func reportFailures(_ slot: UInt32, _ exit: Exit, at now: Instant) {
    let failures = Int(children[slot].backoff.attempt)
    guard failures > 1 else { return histories[slot] = nil }
    histories[slot, default: []].append(exit)
    if histories[slot, default: []].count > 10 { histories[slot]?.removeFirst() }
    if failures % 5 == 0, (failures / 5).nonzeroBitCount == 1 {
      tell(.failingRepeatedly(failures: failures), slot, at: now)
    }
  }

  private func lifetime(_ slot: UInt32, at now: Instant) -> Duration {
    children[slot].startedAt.duration(to: now)
  }

  /// A child that ended by itself and stays down; a significant one may take the supervisor with it (S13–S15).
  private mutating func conclude(_ slot: UInt32, _ exit: Exit, at now: Instant) {
    let child = children[slot].child
    // Had it ended a moment before its group's failure, the group would start it, too (S2).
    let joins = child.box.options.restart != .temporary && joinsGroup(slot)
    children.setPhase(joins ? .restarting : .finished, of: slot)
    answer(slot, .ended(exit))
    if !joins { tell(.finished, slot, at: now) }
    let isLast = child.box.options.significant && endsSupervisor()
    if !isLast { turnOver(slot, at: now) }
    if child.box.options.restart == .temporary || plan.isDynamic { remove(slot, at: now) }
    if isLast { stop(.significant(child.id), at: now) }
  }

  private func endsSupervisor() -> Bool {
    switch plan.autoShutdown {
    case .never: false
    case .anySignificant: true
    case .allSignificant:
      !children.inOrder.contains { slot in
        let record = children[slot]
        return record.options.significant && (record.phase.isActive || record.phase.isQueued)
      }
    }
  }

  private mutating func endedOutOfTurn(_ slot: UInt32, at now: Instant) {
    children.setPhase(.stopped, of: slot)
    answer(slot, .failure(stoppingError))
    answerStops(slot, children[slot].lastExit ?? .normal)
    continueStop(at: now)
  }

  /// Forgets a child; a stop that has reached it goes on with the one before.
  mutating func remove(_ slot: UInt32, at now: Instant) {
    if tellsRoutine { tell(.removed, slot, at: now) }
    let previous = children[slot].previous
    if case .regrouping(var group) = mode, case .stopping(slot) = group.step {
      group.step = .stopping(cursor: previous)
      mode = .regrouping(group)
    }
    if case .stopping(var stopping) = mode, stopping.cursor == slot {
      stopping.cursor = previous
      mode = .stopping(stopping)
    }
    leaveSequence(slot)
    histories[slot] = nil
    children.remove(slot)
  }
}
