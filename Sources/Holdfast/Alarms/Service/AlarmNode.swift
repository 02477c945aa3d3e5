import Logging
import Synchronization

/// One run of the alarms service: the desk behind a lock, and the hands that do what it says.
///
/// Lock, tell the desk, unlock, perform: nothing is called, resumed or spawned under the lock.
final class AlarmNode: Sendable {
  struct State: Sendable {
    var desk: AlarmDesk
    /// The commit that collects; those before it have begun.
    var batch: UInt64 = 1
    var isCommitting = false
    /// The last commit is on its way.
    var isClosed = false
    /// Nothing more is taken: it would never be stored.
    var isSealed = false
    /// The last commit is done.
    var isFinished = false
    /// The wait after a failed commit.
    var pause: Task<Void, Never>?
    var waiters: [(batch: UInt64, number: UInt64, continuation: CheckedContinuation<StoreError?, any Error>)] = []
    var lastWaiter: UInt64 = 0
    var failures = Backoff.State()
    var trouble: StoreError?
    /// The instant of the one timer that counts, and its token once that is known.
    var armed = Instant.distantFuture
    var token: TimerToken?

    /// The commit after which everything said until now is stored; nil when it is stored.
    var lastBatch: UInt64? { desk.hasChanges ? batch : isCommitting ? batch - 1 : nil }
  }

  /// What is to be done after the lock is given back.
  struct Aftermath {
    var wakeUps: [@Sendable () -> Void] = []
    var effects: [RemedyBook.Effect] = []
    var timer: Instant?
    /// The commit after which everything said until now is stored; nil when it is stored.
    var batch: UInt64?
  }

  let store: any RecordStore
  let clock: any Timeline
  let board: AlarmBoard
  let subscribers: AlarmSubscribers
  let runs: RemedyRuns
  let logger: Logger
  let state: Mutex<State>
  /// Rings when there is something to store.
  let bell = Feed<Void>(capacity: 1)

  init(
    _ desk: AlarmDesk, store: any RecordStore, board: AlarmBoard, subscribers: AlarmSubscribers, runs: RemedyRuns
  ) {
    self.store = store
    clock = store.clock
    self.board = board
    self.subscribers = subscribers
    self.runs = runs
    logger = Logger.current
    state = Mutex(State(desk: desk))
  }

  /// What it does now; nil when what it began with did not fit.
  var configuration: AlarmConfiguration? {
    state.withLock { $0.desk.isConfigured ? $0.desk.configuration : nil }
  }

  /// Tells the desk of something, and does what follows.
  ///
  /// - Returns: What came of it, and the commit after which it is stored; nil when it is already.
  /// - Throws: What the event throws, and ``AlarmError/Code/notRunning`` when it came after the last commit.
  @discardableResult
  func change<Value: Sendable>(
    _ event: (inout AlarmDesk, AlarmTime) throws(AlarmError) -> Value
  ) throws(AlarmError) -> (result: Value, batch: UInt64?) {
    let (outcome, after) = apply(event)
    perform(after)
    return (try outcome.get(), after.batch)
  }

  /// Tells the desk of something; what follows is the caller's to perform, outside of all locks.
  func apply<Value: Sendable>(
    _ event: (inout AlarmDesk, AlarmTime) throws(AlarmError) -> Value
  ) -> (Result<Value, AlarmError>, Aftermath) {
    state.withLock { state in
      guard !state.isSealed else {
        return (.failure(AlarmError(.notRunning, "", "the alarms service has just ended; say it again")), Aftermath())
      }
      let time = AlarmTime(of: clock)
      let outcome = Self.attempt { () throws(AlarmError) in try event(&state.desk, time) }
      return (outcome, settle(&state, at: time))
    }
  }

  private static func attempt<Value: Sendable>(
    _ body: () throws(AlarmError) -> Value
  ) -> Result<Value, AlarmError> {
    do throws(AlarmError) { return .success(try body()) } catch { return .failure(error) }
  }

  /// Brings the desk up to date, and puts up what can be read from now on. Under the lock, so that the order is kept.
  func settle(_ state: inout State, at time: AlarmTime) -> Aftermath {
    state.desk.settle(at: time)
    let outcome = state.desk.takeOutcome()
    board.put(outcome.views)
    var after = Aftermath(wakeUps: subscribers.publish(outcome.events), effects: outcome.effects)
    after.timer = arm(state.desk.nextWakeUp(at: time), &state)
    after.batch = state.lastBatch
    if state.desk.hasChanges, let wakeUp = bell.offer(()) { after.wakeUps.append(wakeUp) }
    return after
  }

  func perform(_ after: Aftermath) {
    // Remedies before those who only hear or store.
    for effect in after.effects { perform(effect) }
    for wakeUp in after.wakeUps { wakeUp() }
    if let timer = after.timer { schedule(timer) }
  }

  private func perform(_ effect: RemedyBook.Effect) {
    switch effect {
    case .start(let ticket, let id, _, let attempt):
      let (remedy, incident) = state.withLock { ($0.desk.remedyTable[id], $0.desk.book.incidents[id]) }
      guard let remedy, let incident else { return ended(ticket, .failed("the incident is over")) }
      runs.start(ticket, remedy, incident) { [weak self] in self?.ended(ticket, $0) }
      logger.info("remedy begins", metadata: ["alarm": "\(id)", "remedy": "\(remedy.words)", "attempt": "\(attempt)"])
    case .stop(let ticket): runs.stop(ticket)
    case .wouldStart(let id, _, let attempt):
      logger.notice("remedy would begin", metadata: ["alarm": "\(id)", "attempt": "\(attempt)"])
    case .ended(let id, _, let outcome):
      logger.info("remedy ended", metadata: ["alarm": "\(id)", "outcome": "\(outcome.words)"])
    case .exhausted(let id, let attempts):
      logger.error("remedy did not help", metadata: ["alarm": "\(id)", "attempts": "\(attempts)"])
    case .recovered: break
    }
  }

  private func ended(_ ticket: UInt64, _ outcome: RemedyOutcome) {
    _ = try? change { desk, time in desk.ended(ticket, outcome, at: time) }
  }
}

// MARK: - The timer

extension AlarmNode {
  /// Notes an instant, when that is earlier than the timer that runs already. Under the lock.
  private func arm(_ next: Instant?, _ state: inout State) -> Instant? {
    guard let next, next < state.armed, !state.isClosed else { return nil }
    state.armed = next
    return next
  }

  /// Sets the timer that was noted. It replaces the one before, which was later.
  private func schedule(_ instant: Instant) {
    let token = clock.schedule(at: instant) { [weak self] in self?.fired(instant) }
    let superfluous = state.withLock { state in
      guard state.armed == instant else { return token as TimerToken? }
      defer { state.token = token }
      return state.token
    }
    if let superfluous { clock.cancel(superfluous) }
  }

  /// A timer that was overtaken by an earlier one has nothing to do.
  private func fired(_ instant: Instant) {
    let isCurrent = state.withLock { state in
      guard state.armed == instant, !state.isClosed else { return false }
      state.armed = .distantFuture
      state.token = nil
      return true
    }
    if isCurrent { wakeUp() }
  }

  /// Lets time pass.
  func wakeUp() {
    _ = try? change { _, _ in }
  }

  /// Nothing more comes of any timer, and nothing more is taken.
  func close() {
    let (token, pause) = state.withLock { state in
      state.isClosed = true
      state.armed = Instant(nanoseconds: .min)
      return (state.token.take(), state.pause.take())
    }
    if let token { clock.cancel(token) }
    pause?.cancel()
    bell.finish()
  }
}
