/// When the store hears that there is something to exchange.
extension RunnerMachine {
  /// Wakes the store when there is something to say and it is not on its way already, or not as urgently.
  mutating func wake(at now: Instant, into effects: inout RunnerEffects) {
    if let retryAt, retryAt > now { return }
    guard let urgency else { return }
    wake(urgency, into: &effects)
  }

  mutating func wake(_ urgency: ExchangeUrgency, into effects: inout RunnerEffects) {
    guard !isExchanging, mode != .over, woken.map({ $0 < urgency }) ?? true else { return }
    woken = urgency
    effects.wake = urgency
  }

  private var urgency: ExchangeUrgency? {
    if mode == .working && (wantsMore || isReserveLow) { return .now }
    guard !owed.isEmpty else { return nil }
    return mode == .working && !owesAwaited && room > 0 && owed.count < Self.crowd ? .soon : .now
  }

  /// Ends that are company enough for each other.
  private static let crowd = 64

  /// Whether a pool could use more and the store probably has it.
  private var wantsMore: Bool {
    room > 0 && pools.contains { $0.mayHaveMore && $0.wanted > 0 }
  }

  /// Whether jobs begin faster than they are reserved: the store must not wait until none is left.
  private var isReserveLow: Bool {
    room > 0 && pools.contains(where: \.isReserveLow)
  }

  /// Whether somebody may be waiting for the end of a job: a hook, a policy that tries again, the next one with its key,
  /// or one that a limit keeps back.
  func isAwaited(_ verdict: JobVerdict, of run: Reservation) -> Bool {
    guard case .completed = verdict else { return true }
    return plan.hasHooks || run.box.job.uniqueKey != nil || run.box.job.executionKey != nil || !limited.isEmpty
  }
}
