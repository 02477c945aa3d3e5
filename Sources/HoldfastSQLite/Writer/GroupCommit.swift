import Dispatch
import GRDB
import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  import Foundation
#endif

/// One writer with group commit: whatever arrives while a commit runs goes into the next one.
///
/// It has a thread of its own, which sleeps without a timeout when there is nothing to do; ``CommitInbox`` says when a
/// caller makes a commit instead. Operations are bounded by their callers, who each wait for theirs.
final class GroupCommit: Sendable {
  /// One thing to do inside a transaction.
  struct Operation: Sendable {
    /// Whether it may fail alone, without failing what shares its transaction.
    var isSeparate = false
    /// Whether it only adds jobs, and so does not mind those that are kept back; see ``Arrivals``.
    var onlyAdds = false
    /// Whether its caller's thread may make the commit: only what is small.
    var mayLead = false
    /// Runs in the transaction.
    let perform: @Sendable (Database, JobTables) throws -> Void
    /// Told of the outcome, after the commit.
    let conclude: @Sendable (StoreError?) -> Void
  }

  /// Does one batch in one transaction; called without locks, by one thread at a time. False when it failed before nodes
  /// were asked.
  typealias Batch = @Sendable ([Operation]) -> Bool

  private let inbox = Mutex(CommitInbox())
  private let batch = Mutex<Batch?>(nil)
  private let bell = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let name: String

  init(name: String) {
    self.name = name
  }

  /// Starts the thread.
  func start(_ batch: @escaping Batch) {
    self.batch.withLock { $0 = batch }
    let thread = Thread { [self] in
      while let (operations, isWoken) = next() { commit(operations, isWoken: isWoken) }
      ended.signal()
    }
    thread.name = "holdfast-sqlite"
    thread.stackSize = 1 << 20
    thread.qualityOfService = .userInitiated
    thread.start()
  }

  /// Adds an operation to the next transaction. It may be over when this returns.
  func submit(_ operation: Operation) {
    switch inbox.withLock({ $0.add(operation, at: .now()) }) {
    case .leads(let isWoken): commit([operation], isWoken: isWoken)
    case .rings: bell.signal()
    case .waits: break
    case .refused: operation.conclude(.closed(name))
    }
  }

  /// Makes a batch happen, even without operations.
  func wake(_ urgency: ExchangeUrgency = .now) {
    ring(
      if: inbox.withLock { inbox in
        switch urgency {
        case .now: inbox.wake()
        case .soon: inbox.wake(by: .now() + .microseconds(Int.random(in: Self.patience)))
        }
      })
  }

  /// How long what nobody waits for waits for company; microseconds. It is the disk that is spared, so this is real
  /// time; and no fixed one, because work that comes as regularly would find the disk busy with it each time.
  private static let patience = 20_000...30_000

  /// Lets the thread end once it has done what has arrived.
  ///
  /// - Parameter waits: Whether to wait for that; never on the thread itself.
  func close(waits: Bool = true) {
    let (isFirst, mustRing) = inbox.withLock { (!$0.isClosed, $0.close()) }
    ring(if: mustRing)
    if isFirst, waits { ended.wait() }
  }

  /// What has arrived since: it may still join the transaction that is being made. Never waits.
  func latecomers() -> [Operation] { inbox.withLock { $0.latecomers() } }

  private func commit(_ operations: [Operation], isWoken: Bool) {
    let isHeard = batch.withLock(\.self)?(operations) ?? true
    // Whoever wished for a batch that failed too early wishes for it still.
    if !isHeard, isWoken { wake() }
    ring(if: inbox.withLock { $0.ended(at: .now()) })
  }

  private func ring(if mustRing: Bool) {
    if mustRing { bell.signal() }
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
