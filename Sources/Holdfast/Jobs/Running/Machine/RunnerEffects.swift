/// What the driver has to do after an event: everything a runner can do to the world.
struct RunnerEffects {
  typealias Start = (key: RunKey, reservation: Reservation)

  /// Run these jobs, each in a task of its own.
  var starts: [Start] = []
  /// Cancel the tasks of these runs.
  var stops: [(reservation: Reservation, cause: StopCause)] = []
  /// These runs lost their workers, because they did not stop in time, or may not take any: settle them without waiting
  /// for their tasks.
  var overdue: [(key: RunKey, reservation: Reservation, cause: StopCause, isAtOnce: Bool)] = []
  /// The store has acknowledged these ends.
  var conclusions: [Conclusion] = []
  /// Tasks that ended long after they were abandoned.
  var late: [Reservation] = []
  /// Tell the store that there is something to exchange.
  var wake: ExchangeUrgency?
  /// Nothing is left to do or to wait for.
  var hasDrained = false

  /// The end of a run, as it was written.
  struct Conclusion {
    let key: RunKey
    let reservation: Reservation
    let verdict: JobVerdict
    let settled: JobSettled
    /// How long it ran; nil when it never began.
    let duration: Duration?

    /// What the store made of the verdict; nil when the lease was lost and nothing was written.
    var outcome: JobVerdict? {
      switch (settled, verdict) {
      case (.stale, _): return nil
      case (.overruled(let reason), _): return .cancelled(reason: reason)
      case (.accepted(.parked), .crashed(_, let failure)):
        let crashes = reservation.job.crashes + 1
        return .parked(.quarantined, reason: JobLifecycle.quarantine(after: crashes, because: failure.message))
      case (.accepted, let verdict): return verdict
      }
    }
  }

  /// Adds what another event asks for.
  mutating func add(_ other: RunnerEffects) {
    starts += other.starts
    stops += other.stops
    overdue += other.overdue
    conclusions += other.conclusions
    late += other.late
    wake = [wake, other.wake].lazy.compactMap(\.self).max()
    hasDrained = hasDrained || other.hasDrained
  }
}
