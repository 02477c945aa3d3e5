import Synchronization

/// A table in memory: changes take effect at once, through its change feed.
///
/// ```swift
/// let feeds = MemoryTable<String, Feed>()
/// feeds["lse"] = Feed(url)      // starts, or replaces, its child
/// feeds["lse"] = nil            // stops it
/// ```
public final class MemoryTable<Key: Hashable & Sendable, Value: Sendable>: ChildTable {
  private struct State {
    var rows: [Key: TableRow<Key, Value>] = [:]
    var revision: UInt64 = 0
  }

  private let state = Mutex(State())
  private let hub = Broadcast<TableChange<Key>>()

  /// A table of these rows.
  public init(_ rows: [Key: Value] = [:]) {
    for (key, value) in rows { self[key] = value }
  }

  /// The value of a key's row. Setting it, also to an equal value, makes a new revision; nil removes the row.
  public subscript(key: Key) -> Value? {
    get { state.withLock { $0.rows[key]?.value } }
    set { set(newValue, for: key) }
  }

  private func set(_ value: Value?, for key: Key) {
    let wakeUps = state.withLock { state in
      state.revision += 1
      state.rows[key] = value.map { TableRow(key, revision: String(state.revision), $0) }
      return hub.publish(.key(key))
    }
    for wakeUp in wakeUps { wakeUp() }
  }

  /// All keys, in no order.
  public var keys: [Key] { state.withLock { Array($0.rows.keys) } }

  /// See ``ChildTable/rows()``.
  public func rows() -> AsyncStream<TableEntry<Key, Value>> {
    let rows = state.withLock { Array($0.rows.values) }
    return AsyncStream { continuation in
      for row in rows { continuation.yield(.row(row)) }
      continuation.finish()
    }
  }

  /// See ``ChildTable/row(for:)``.
  public func row(for key: Key) -> TableRow<Key, Value>? { state.withLock { $0.rows[key] } }

  /// See ``ChildTable/changes()``.
  public func changes() -> (any AsyncSequence<TableChange<Key>, any Error>)? {
    hub.subscribe(capacity: 1024).map { item throws in
      switch item {
      case .item(let change): change
      case .dropped: .all
      }
    }
  }
}
