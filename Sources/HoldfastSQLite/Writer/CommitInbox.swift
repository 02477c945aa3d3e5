import Dispatch

/// What waits for a commit, and who makes it, as a value.
///
/// The writer's thread makes commits, because they block on the disk and the threads that tasks share are few. To wake it
/// and to be woken by it costs half as much as a quick sync, though: so a caller who would only wake it for a small
/// commit of its own makes that one itself. Not in a crowd, which shares commits; and not where the last commit was slow,
/// so that a disk that stalls holds up one such caller, and no second one.
struct CommitInbox {
  typealias Operation = GroupCommit.Operation

  /// What is to be done about an operation that arrives.
  enum Admission: Equatable {
    /// Its caller makes the commit, and says so afterwards; see ``ended(at:)``. `isWoken`: a wish goes along.
    case leads(isWoken: Bool)
    /// It waits, and the thread must be woken.
    case rings
    /// It waits, and somebody is there to take it.
    case waits
    /// It is too late.
    case refused
  }

  /// What the thread does next.
  enum Step {
    case batch([Operation], isWoken: Bool)
    case wait(until: DispatchTime)
    case over
  }

  /// A commit that takes longer is slow: beside it, wake-ups do not count. Real time, because it is about the disk.
  static let quick = DispatchTimeInterval.milliseconds(1)

  private(set) var isClosed = false
  private var operations: [Operation] = []
  private var isWoken = false
  /// By when a batch must happen that may wait for company.
  private var end: DispatchTime?
  /// Whether the thread waits for its bell.
  private var isAsleep = false
  /// Whether a caller makes a commit.
  private var isLed = false
  /// Operations of the commit that is being made, and when it began.
  private var handed = 0
  private var began = DispatchTime.distantFuture
  /// Whether the last commit was quick, and had at most one operation.
  private var mayBeLed = false

  /// Adds an operation to the next commit.
  mutating func add(_ operation: Operation, at now: DispatchTime) -> Admission {
    guard !isClosed else { return .refused }
    if operation.mayLead, mayBeLed, isAsleep, !isLed, !isWoken, operations.isEmpty {
      defer { (isLed, end) = (true, nil) }
      begin(1, at: now)
      return .leads(isWoken: end != nil)
    }
    operations.append(operation)
    return stir() ? .rings : .waits
  }

  /// A batch shall happen, even without operations.
  ///
  /// - Returns: Whether the thread must be woken.
  mutating func wake() -> Bool {
    isWoken = true
    return stir()
  }

  /// The same, for what may wait until then.
  mutating func wake(by time: @autoclosure () -> DispatchTime) -> Bool {
    guard end == nil else { return false }
    end = time()
    return stir()
  }

  /// Nothing more is taken, but what is there is done.
  mutating func close() -> Bool {
    isClosed = true
    return stir()
  }

  /// What has arrived while a commit is being made, and may share it.
  mutating func latecomers() -> [Operation] {
    handed += operations.count
    defer { operations = [] }
    return operations
  }

  /// What the thread does next.
  mutating func take(at now: DispatchTime) -> Step {
    guard !isLed, isWoken || !operations.isEmpty || end.map({ $0 <= now || isClosed }) ?? false else {
      isAsleep = isLed || !isClosed
      return isAsleep ? .wait(until: isLed ? .distantFuture : end ?? .distantFuture) : .over
    }
    begin(operations.count, at: now)
    defer { (operations, isWoken, end) = ([], false, nil) }
    return .batch(operations, isWoken: isWoken || end != nil)
  }

  /// A commit was made, or could not be.
  ///
  /// - Returns: Whether the thread must be woken.
  mutating func ended(at now: DispatchTime) -> Bool {
    mayBeLed = handed <= 1 && now < began + Self.quick
    isLed = false
    return isWoken || !operations.isEmpty || end != nil || isClosed ? stir() : false
  }

  private mutating func begin(_ count: Int, at now: DispatchTime) { (handed, began) = (count, now) }

  /// Whether the thread must be woken: not while a caller makes a commit, who looks what has come when it has.
  private mutating func stir() -> Bool {
    guard isAsleep, !isLed else { return false }
    isAsleep = false
    return true
  }
}
