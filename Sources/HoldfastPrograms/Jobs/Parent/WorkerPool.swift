import DequeModule
import Holdfast

/// Which run gets which worker process: a value; time is passed in, and what to do comes out.
///
/// Workers are made while more requests wait than workers are starting, and go to whoever has waited longest. The newest
/// idle one is taken first, so that those that are not needed stay idle long enough to be stopped.
struct WorkerPool {
  typealias Worker = Int
  typealias Request = Int

  enum Effect: Equatable {
    /// The request has this worker.
    case grant(Request, Worker)
    /// The request gets none.
    case refuse(Request)
    /// Start a worker of this number.
    case make(Worker)
    /// The worker is not needed any more.
    case stop(Worker)
    /// Call ``wake(at:)`` then.
    case wake(at: Instant)
    /// There is no worker left.
    case becomeEmpty
  }

  private let limit: Int
  private let idleTime: Duration
  private var idle: [(worker: Worker, since: Instant)] = []
  private var waiting: Deque<Request> = []
  private var starting: Set<Worker> = []
  private var last = 0
  private var wakesAt: Instant?
  /// Whether it takes requests.
  private(set) var isOpen = false
  /// Processes that exist, from the moment when they are to be made until they are gone.
  private(set) var count = 0

  init(limit: Int, idleTime: Duration) {
    self.limit = limit
    self.idleTime = idleTime
  }

  /// Takes requests from here on.
  mutating func open() {
    isOpen = true
  }

  /// A run wants a worker.
  mutating func request(_ request: Request) -> [Effect] {
    guard isOpen else { return [.refuse(request)] }
    if let newest = idle.popLast() { return [.grant(request, newest.worker)] }
    waiting.append(request)
    return makeWorkers()
  }

  /// A run that waits does not want it any more.
  mutating func withdraw(_ request: Request) -> [Effect] {
    guard let index = waiting.firstIndex(of: request) else { return [] }
    waiting.remove(at: index)
    return [.refuse(request)]
  }

  /// A worker is ready, or has nothing to do any more.
  mutating func becameIdle(_ worker: Worker, at now: Instant) -> [Effect] {
    starting.remove(worker)
    guard isOpen else { return [.stop(worker)] }
    if let next = waiting.popFirst() { return [.grant(next, worker)] }
    idle.append((worker, now))
    return wakeForOldest()
  }

  /// A worker's process is gone, or could not be made. When it never was ready, whoever has waited longest hears of it.
  mutating func ended(_ worker: Worker) -> [Effect] {
    let wasStarting = starting.remove(worker) != nil
    idle.removeAll { $0.worker == worker }
    count -= 1
    let refused = wasStarting ? waiting.popFirst().map { [Effect.refuse($0)] } ?? [] : []
    return refused + makeWorkers() + (count == 0 ? [.becomeEmpty] : [])
  }

  /// Stops those that have been idle too long.
  mutating func wake(at now: Instant) -> [Effect] {
    guard let due = wakesAt, now >= due else { return [] }
    wakesAt = nil
    let split = idle.firstIndex { $0.since.advanced(by: idleTime) > now } ?? idle.endIndex
    let stopped = idle[..<split].map { Effect.stop($0.worker) }
    idle.removeFirst(split)
    return stopped + wakeForOldest()
  }

  /// Takes no more requests; those that wait are refused. The workers are for the caller to end.
  mutating func close() -> [Effect] {
    isOpen = false
    defer { (idle, waiting) = ([], []) }
    return waiting.map { .refuse($0) }
  }

  private mutating func makeWorkers() -> [Effect] {
    var effects: [Effect] = []
    while count < limit, starting.count < waiting.count {
      count += 1
      last += 1
      starting.insert(last)
      effects.append(.make(last))
    }
    return effects
  }

  private mutating func wakeForOldest() -> [Effect] {
    guard wakesAt == nil, let oldest = idle.first else { return [] }
    let due = oldest.since.advanced(by: idleTime)
    wakesAt = due
    return [.wake(at: due)]
  }
}
