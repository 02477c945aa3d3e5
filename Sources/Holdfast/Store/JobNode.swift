/// One running process, or one runner inside it, as the store sees it: it asks for work and is told what it got.
///
/// The store pulls. Whenever it is about to commit, it asks each attached node for its ``exchange()``, writes it in the
/// same transaction as everything else that arrived meanwhile, and hands the outcome to ``concluded(_:_:)``. So a burst
/// becomes large batches by itself, and an idle store does nothing.
public protocol JobNode: AnyObject, Sendable {
  /// Fresh for each start of a process: nothing that an earlier process left can be mistaken for ours (M1).
  var identity: NodeIdentity { get }

  /// What to write and what is wanted now; nil for nothing. Called without locks on the store's own thread: it must not
  /// block and must not call the store. What it returns counts as taken until ``concluded(_:_:)`` is called.
  ///
  /// A node that has jobs answers even when it wants nothing: an empty exchange renews its lease, and its reply brings
  /// cancellations, pauses and settings.
  func exchange() -> JobExchange?

  /// What became of the exchange, after the commit. When it failed nothing was written, and the node keeps what it had.
  /// Called once for each exchange, on the store's own thread: it must not block.
  func concluded(_ exchange: JobExchange, _ result: Result<JobExchangeReply, StoreError>)
}

/// How long an exchange may wait.
public enum ExchangeUrgency: Sendable, Hashable, Comparable {
  /// Some milliseconds, for other work to share its commit with: nobody waits for what it brings.
  case soon
  /// Not at all.
  case now
}

/// Who a node is.
public struct NodeIdentity: Sendable, Hashable, Codable {
  /// A fresh UUID for each start.
  public var id: String
  /// What people call it: host and process by default.
  public var name: String
  /// How long the node may be silent while it has work before others take it over. Default 30 s.
  public var lease: Duration
  /// The newest payload version that it can run, by kind. A parked job that one of these covers is queued again.
  public var handles: [String: Int]

  /// An identity.
  public init(id: String, name: String, lease: Duration = .seconds(30), handles: [String: Int]) {
    self.id = id
    self.name = name
    self.lease = lease
    self.handles = handles
  }
}

/// A node as the store lists it.
public struct NodeStatus: Sendable, Hashable, Codable {
  /// Who it is.
  public var identity: NodeIdentity
  /// Jobs that it has.
  public var executing: Int
  /// When it attached.
  public var since: WallTime
  /// Its last sign of life.
  public var seen: WallTime

  package init(identity: NodeIdentity, executing: Int, since: WallTime, seen: WallTime) {
    self.identity = identity
    self.executing = executing
    self.since = since
    self.seen = seen
  }
}
