import Logging
import Tracing

/// What the driver keeps under its lock: the machine, and the live things that the machine only names.
struct DriverState {
  /// One run from the call to its end.
  enum Run {
    case outside
    /// Inside `run()`, before the first child.
    case entered(stopped: Bool)
    case running(CheckedContinuation<SupervisorError?, Never>)

    var isEntered: Bool { if case .entered = self { true } else { false } }
  }

  /// What belongs to the current generation of a slot.
  struct Live {
    var task: Task<Void, Never>?
    /// Which task it is, known from its first step on; `task` may come after that. 0 is none.
    var identity = 0
    var listeners = StopListeners.none
  }

  var machine: SupervisorMachine
  /// By slot, beside the machine's records.
  var live: ContiguousArray<Live> = []
  var replies = ReplyTable()
  var run = Run.outside
  /// The timer wanted; its token is missing while it is being set.
  var timer: (at: Instant, token: TimerToken?)?
  var path: String
  var parent: ChildContext?
  var nested: [ChildReference: Supervisor] = [:]
  /// What was published for a generation, with how to withdraw it; almost every child publishes nothing.
  var published: [ChildReference: [ObjectIdentifier: @Sendable () -> Void]] = [:]
  /// What a table supervisor knows of its table.
  var table: TableStatus?
  var lastListener: UInt64 = 0
  /// Counts the runs, so that a late request cannot stop the run after the one it was meant for.
  var runs: UInt64 = 0
  var inherited = Inherited()

  init(machine: SupervisorMachine, path: String) {
    self.machine = machine
    self.path = path
  }

  /// The cell of a slot, made if need be.
  subscript(slot: UInt32) -> Live {
    get { slot < live.count ? live[Int(slot)] : Live() }
    _modify {
      while live.count <= slot { live.append(Live()) }
      yield &live[Int(slot)]
    }
  }
}

extension DriverState {
  /// Asks the run, whether it is entered or under way, to stop.
  mutating func stop(at now: Instant) {
    if case .entered = run { run = .entered(stopped: true) }
    machine.stop(.requested, at: now)
  }
}

/// What a run hands on to its children: their detached tasks see no task-locals of the caller (L5).
struct Inherited {
  var logger = Logger.current
  var serviceContext = ServiceContext.current
}

/// Who in a child wants to hear about its stop: nobody or one in almost every child, so no array for those.
enum StopListeners {
  case none
  case one(StopListener)
  case many([StopListener])

  mutating func add(_ listener: StopListener) {
    switch self {
    case .none: self = .one(listener)
    case .one(let first): self = .many([first, listener])
    case .many(let listeners): self = .many(listeners + [listener])
    }
  }

  mutating func remove(_ number: UInt64) -> StopListener? {
    var found: StopListener?
    let rest = all.filter { listener in
      guard listener.number == number else { return true }
      found = listener
      return false
    }
    self = rest.isEmpty ? .none : .many(rest)
    return found
  }

  var all: [StopListener] {
    switch self {
    case .none: []
    case .one(let listener): [listener]
    case .many(let listeners): listeners
    }
  }
}

/// One listener: a suspended task, or a function.
struct StopListener {
  @safe enum Target {
    case task(UnsafeContinuation<Void, Never>)
    case action(@Sendable () -> Void)
  }

  let number: UInt64
  let target: Target

  func call() {
    switch target {
    case .task(let continuation): unsafe continuation.resume()
    case .action(let action): action()
    }
  }
}

/// Continuations of callers, by the token that the machine knows them by.
///
/// A token names a cell and a serial number, so that one that was answered never means a later caller.
struct ReplyTable {
  private var cells: ContiguousArray<(token: ReplyToken, continuation: CheckedContinuation<Reply, Never>?)> = []
  private var free: [Int] = []
  private var serial: UInt64 = 0

  /// Tokens are never 0.
  mutating func reserve() -> ReplyToken {
    let index = free.popLast() ?? cells.count
    serial += 1
    let token = serial << 32 | ReplyToken(index)
    if index == cells.count { cells.append((token, nil)) } else { cells[index] = (token, nil) }
    return token
  }

  /// False when the caller gave up before it waited.
  mutating func fill(_ token: ReplyToken, _ continuation: CheckedContinuation<Reply, Never>) -> Bool {
    let index = index(token)
    guard cells[index].token == token else { return false }
    cells[index].continuation = continuation
    return true
  }

  /// Gives the token back; nil when nobody waits on it.
  @discardableResult
  mutating func take(_ token: ReplyToken) -> CheckedContinuation<Reply, Never>? {
    let index = index(token)
    guard cells[index].token == token else { return nil }
    defer {
      cells[index] = (0, nil)
      free.append(index)
    }
    return cells[index].continuation
  }

  private func index(_ token: ReplyToken) -> Int { Int(token & 0xffff_ffff) }
}
