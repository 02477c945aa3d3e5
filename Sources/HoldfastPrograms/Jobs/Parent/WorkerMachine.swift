import Holdfast

/// One worker process as its parent sees it: a value; time is passed in, and what to do comes out.
///
/// It runs one job at a time, counts them, and leaves when it has had its share.
struct WorkerMachine {
  enum Effect: Equatable {
    case send(WorkerRequest)
    case conclude(WorkerEnd)
    /// It may be given another run.
    case becomeIdle
    /// Ask it to go, by ending the channel.
    case hangUp
    case kill
    /// Call ``wake(at:)`` then.
    case wake(at: Instant)
    /// The process is gone; with what was wrong when it never was ready.
    case leave(failure: WorkerEnd?)
  }

  private enum State {
    /// Exits by `ready`, `wake`, `kill` and `ended`.
    case starting(until: Instant)
    case idle
    /// Exits by `answered`, `wake` when it is stopping too long, `kill` and `ended`.
    case running(stopping: Stopping?)
    /// Asked to go; exits by `wake` and `ended`.
    case leaving(until: Instant)
    /// Kill was sent; exits by `ended`.
    case killed(WorkerEnd.Cause, in: Phase)
    case over
  }

  private enum Phase { case starting, running, idle }

  private struct Stopping {
    let since: Instant
    let grace: Duration
    let reason: String
    var until: Instant { since.advanced(by: grace) }
  }

  /// How long a worker that was asked to go may take.
  static let farewell = Duration.seconds(5)

  private let jobLimit: Int
  private var state: State
  /// When it must have ended, once it has closed its channel.
  private var closesBy: Instant?
  /// Runs that it was given; the newest one's number.
  private(set) var runs = 0

  init(jobLimit: Int, startingUntil deadline: Instant) {
    self.jobLimit = jobLimit
    state = .starting(until: deadline)
  }

  /// It says that it is up.
  mutating func ready(version: Int) -> [Effect] {
    guard case .starting = state else { return garbled("it said twice that it is ready") }
    guard version == WorkerReply.version else { return garbled("it speaks version \(version)") }
    state = .idle
    return [.becomeIdle]
  }

  /// A run for it. A worker that was lost since it was idle gives the run back.
  mutating func begin(_ run: WorkerRun) -> [Effect] {
    guard case .idle = state else { return [.conclude(.notBegun)] }
    state = .running(stopping: nil)
    runs += 1
    return [.send(.run(run))]
  }

  /// The run could not be sent: the process has died since it was idle, and never heard of it.
  mutating func unsent() -> [Effect] {
    guard case .running = state else { return [] }
    state = .killed(.garbled("it closed its channel"), in: .idle)
    return [.kill, .conclude(.notBegun)]
  }

  /// Somebody wants a run to stop. It hears of that once; saying it again can only leave it less time.
  mutating func cancel(
    run: Int, reason: String, exceeded: Duration? = nil, grace: Duration, at now: Instant
  ) -> [Effect] {
    guard case .running(let before) = state, run == runs else { return [] }
    let stopping = Stopping(since: now, grace: grace, reason: before?.reason ?? reason)
    if let before, before.until <= stopping.until { return [] }
    state = .running(stopping: stopping)
    let word = before == nil ? [Effect.send(.cancel(reason: reason, exceeded: exceeded))] : []
    return word + [.wake(at: stopping.until)]
  }

  /// It says how the run ended. With more memory or more runs behind it than it may have, it leaves.
  mutating func answered(_ answer: WorkerAnswer, isTooLarge: Bool, at now: Instant) -> [Effect] {
    guard case .running = state else { return garbled("it answered without a question") }
    state = .idle
    guard isTooLarge || runs >= jobLimit else { return [.becomeIdle, .conclude(.answered(answer))] }
    return leave(at: now) + [.conclude(.answered(answer))]
  }

  /// It says what nobody can understand.
  mutating func garbled(_ problem: String) -> [Effect] {
    kill(because: .garbled(problem))
  }

  /// It closed its channel, as it does when it ends; one that lives on is of no use.
  mutating func closed(at now: Instant) -> [Effect] {
    if case .over = state { return [] }
    let deadline = now.advanced(by: Self.farewell)
    closesBy = closesBy ?? deadline
    return [.wake(at: deadline)]
  }

  /// It is not needed any more; only when it is idle.
  mutating func leave(at now: Instant) -> [Effect] {
    guard case .idle = state else { return [] }
    let deadline = now.advanced(by: Self.farewell)
    state = .leaving(until: deadline)
    return [.hangUp, .wake(at: deadline)]
  }

  /// Something has waited long enough, unless the timer is an old one.
  mutating func wake(at now: Instant) -> [Effect] {
    if let closesBy, now >= closesBy { return kill(because: .garbled("it closed its channel")) }
    switch state {
    case .starting(let until) where now >= until: return kill(because: .unready)
    case .running(let stopping?) where now >= stopping.until:
      return kill(because: .stuck(stopping.reason, stopping.grace))
    case .leaving(let until) where now >= until: return kill(because: .stopped)
    default: return []
    }
  }

  /// No more patience.
  mutating func kill(because cause: WorkerEnd.Cause) -> [Effect] {
    switch state {
    case .killed, .over: return []
    case .starting: state = .killed(cause, in: .starting)
    case .running: state = .killed(cause, in: .running)
    case .idle, .leaving: state = .killed(cause, in: .idle)
    }
    return [.kill]
  }

  /// The process is gone, and everything that it had written has been read.
  mutating func ended(_ exit: ProgramExit) -> [Effect] {
    defer { state = .over }
    switch state {
    case .starting: return [.leave(failure: .lost(exit, nil))]
    case .killed(let cause, in: .starting): return [.leave(failure: .lost(exit, cause))]
    case .running: return [.leave(failure: nil), .conclude(.lost(exit, nil))]
    case .killed(let cause, in: .running): return [.leave(failure: nil), .conclude(.lost(exit, cause))]
    case .killed(_, in: .idle), .idle, .leaving: return [.leave(failure: nil)]
    case .over: return []
    }
  }
}

/// How a run of a worker ended, as its parent sees it.
enum WorkerEnd: Sendable, Equatable {
  /// Why a worker was killed.
  enum Cause: Sendable, Equatable {
    /// It had not stopped so long after it was asked to, for a reason.
    case stuck(String, Duration)
    /// It said something that makes no sense.
    case garbled(String)
    /// It was not up in time.
    case unready
    /// The pool was stopped.
    case stopped
  }

  case answered(WorkerAnswer)
  /// The process ended first; the cause says why it was killed, if it was.
  case lost(ProgramExit, Cause?)
  /// The worker had gone before it heard of the run.
  case notBegun
}
