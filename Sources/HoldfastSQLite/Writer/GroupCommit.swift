import Dispatch
import GRDB
import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  import Foundation
#endif

/// One writer with group commit: whatever arrives while a commit runs goes into the next one.
///
/// A thread of its own, because a commit blocks on the disk and must not take one of the few threads that tasks share.
/// With nothing to do it sleeps without a timeout. Operations are bounded by their callers, who each wait for theirs.
final class GroupCommit: Sendable {
  /// One thing to do inside a transaction.
  struct Operation: Sendable {
    /// Whether it may fail alone, without failing what shares its transaction.
    var isSeparate = false
    /// Whether it only adds jobs, and so does not mind those that are kept back; see ``Arrivals``.
    var onlyAdds = false
    /// Runs in the transaction.
    let perform: @Sendable (Database, JobTables) throws -> Void
    /// Told of the outcome, after the commit.
    let conclude: @Sendable (StoreError?) -> Void
  }

  fileprivate struct Inbox {
    var operations: [Operation] = []
    var isWoken = false
    /// By when a batch must happen that may wait for company.
    var end: DispatchTime?
    var isAsleep = false
    var isClosed = false
  }

  private let inbox = Mutex(Inbox())
  private let bell = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let name: String

  init(name: String) {
    self.name = name
  }

  /// Starts the thread.
  ///
  /// - Parameter batch: Does one batch in one transaction; called on the thread, without locks. False when it failed
  ///   before nodes were asked: one that made it happen is asked again.
  func start(_ batch: @escaping @Sendable ([Operation]) -> Bool) {
    let thread = Thread { [self] in
      while let (operations, isWoken) = next() {
        if !batch(operations), isWoken { wake() }
      }
      ended.signal()
    }
    thread.name = "holdfast-sqlite"
    thread.stackSize = 1 << 20
    thread.qualityOfService = .userInitiated
    thread.start()
  }

  /// Adds an operation to the next transaction.
  func submit(_ operation: Operation) {
    let (isClosed, mustRing) = inbox.withLock { inbox in
      guard !inbox.isClosed else { return (true, false) }
      inbox.operations.append(operation)
      return (false, inbox.stir())
    }
    if isClosed { return operation.conclude(.closed(name)) }
    if mustRing { bell.signal() }
  }

  /// Makes a batch happen, even without operations.
  func wake(_ urgency: ExchangeUrgency = .now) {
    let mustRing = inbox.withLock { inbox in
      switch urgency {
      case .now: inbox.isWoken = true
      case .soon where inbox.end == nil: inbox.end = .now() + .microseconds(Int.random(in: Self.patience))
      case .soon: return false
      }
      return inbox.stir()
    }
    if mustRing { bell.signal() }
  }

  /// How long what nobody waits for waits for company; microseconds. It is the disk that is spared, so this is real
  /// time; and no fixed one, because work that comes as regularly would find the disk busy with it each time.
  private static let patience = 20_000...30_000

  /// Lets the thread end once it has done what has arrived.
  ///
  /// - Parameter waits: Whether to wait for that; never on the thread itself.
  func close(waits: Bool = true) {
    let (isFirst, mustRing) = inbox.withLock { inbox in
      defer { inbox.isClosed = true }
      return (!inbox.isClosed, inbox.stir())
    }
    if mustRing { bell.signal() }
    if isFirst, waits { ended.wait() }
  }

  /// What has arrived since: it may still join the transaction that is being made. Never waits.
  func latecomers() -> [Operation] {
    inbox.withLock { inbox in
      defer { inbox.operations = [] }
      return inbox.operations
    }
  }

  /// What has arrived; waits for something, and gives nil when it was closed and all is done.
  private func next() -> (operations: [Operation], isWoken: Bool)? {
    while true {
      switch inbox.withLock({ $0.take(at: .now()) }) {
      case .batch(let operations, let isWoken): return (operations, isWoken)
      case .wait(let end): _ = bell.wait(timeout: end)
      case .over: return nil
      }
    }
  }
}

extension GroupCommit.Inbox {
  fileprivate enum Step {
    case batch([GroupCommit.Operation], isWoken: Bool)
    case wait(until: DispatchTime)
    case over
  }

  /// What the thread does next.
  fileprivate mutating func take(at now: DispatchTime) -> Step {
    guard isWoken || !operations.isEmpty || end.map({ $0 <= now || isClosed }) ?? false else {
      isAsleep = !isClosed
      return isClosed ? .over : .wait(until: end ?? .distantFuture)
    }
    defer { (operations, isWoken, end) = ([], false, nil) }
    return .batch(operations, isWoken: isWoken || end != nil)
  }

  /// Whether the thread must be woken.
  fileprivate mutating func stir() -> Bool {
    defer { isAsleep = false }
    return isAsleep
  }
}
