import HoldfastTesting
import Synchronization
import Testing

@testable import Holdfast

/// Suspends until something is true that no event tells of. It leaves the pool to those who bring it about; the suite's
/// time limit ends it when it never is.
func eventually(_ condition: () -> Bool) async {
  while !condition(), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
}

struct Broken: Error, Equatable {
  var name = ""
}

/// A table whose readings misbehave on demand.
final class ScriptedTable: ChildTable {
  enum Fault: Equatable { case none, failAtOnce, failAtEnd, hang }

  struct State {
    var rows: [(key: String, revision: String)] = []
    var bad: Set<String> = []
    var anonymousFailure = false
    var fault = Fault.none
    var readings = 0
    var released = 0
    var rowFails = false
    var gate: CheckedContinuation<Void, Never>?
    var isHanging = false
  }

  let state = Mutex(State())

  init(_ keys: [String]) {
    state.withLock { $0.rows = keys.map { ($0, "1") } }
  }

  func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

  func put(_ key: String, _ revision: String) {
    remove(key)
    set { $0.rows.append((key, revision)) }
  }

  func remove(_ key: String) { set { $0.rows.removeAll { $0.key == key } } }

  var readings: Int { state.withLock { $0.readings } }

  /// Counts the iterators that were let go.
  private final class Lifetime: Sendable {
    let table: ScriptedTable
    init(_ table: ScriptedTable) { self.table = table }
    deinit { table.set { $0.released += 1 } }
  }

  func rows() -> AsyncThrowingStream<TableEntry<String, String>, any Error> {
    let lifetime = Lifetime(self)
    let (fault, entries) = state.withLock { state in
      state.readings += 1
      let rows: [TableEntry<String, String>] = state.rows.map {
        state.bad.contains($0.key)
          ? .failure($0.key, Broken(name: $0.key)) : .row(TableRow($0.key, revision: $0.revision, $0.key))
      }
      return (state.fault, rows + (state.anonymousFailure ? [.failure(nil, Broken(name: "anonymous"))] : []))
    }
    let position = Mutex(0)
    return AsyncThrowingStream {
      withExtendedLifetime(lifetime) {}
      if fault == .failAtOnce { throw Broken(name: "table") }
      if fault == .hang { await self.hang() }
      let index = position.withLock { position in
        defer { position += 1 }
        return position
      }
      if index < entries.count { return entries[index] }
      if fault == .failAtEnd { throw Broken(name: "end") }
      return nil
    }
  }

  /// Ignores cancellation until ``release()``.
  private func hang() async {
    await withCheckedContinuation { continuation in
      set {
        $0.gate = continuation
        $0.isHanging = true
      }
    }
  }

  func release() {
    let gate = state.withLock { state in
      state.isHanging = false
      return state.gate.take()
    }
    gate?.resume()
  }

  func row(for key: String) throws -> TableRow<String, String>? {
    try state.withLock { state in
      if state.rowFails { throw Broken(name: "row") }
      return state.rows.first { $0.key == key }.map { TableRow($0.key, revision: $0.revision, $0.key) }
    }
  }
}

/// Counts the instances of each key, and makes them do things.
final class Instances: Sendable {
  struct State {
    var live: [String: Int] = [:]
    var most: [String: Int] = [:]
    var starts: [String: Int] = [:]
    /// Keys whose instances do not become ready.
    var hanging: Set<String> = []
    /// Keys whose instances ignore their stop until they are released.
    var stubborn: [String: CheckedContinuation<Void, Never>?] = [:]
    var failing: Set<String> = []
    var returning: Set<String> = []
    var orders: [String: AsyncStream<any Error>.Continuation] = [:]
  }

  let state = Mutex(State())

  func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
  func starts(_ key: String) -> Int { state.withLock { $0.starts[key] ?? 0 } }
  var live: [String: Int] { state.withLock { $0.live.filter { $0.value > 0 } } }
  var most: Int { state.withLock { $0.most.values.max() ?? 0 } }

  func crash(_ key: String) { _ = state.withLock { $0.orders[key]?.yield(Broken(name: key)) } }
  func end(_ key: String) { state.withLock { $0.orders[key]?.finish() } }
  func release(_ key: String) { (state.withLock { $0.stubborn.removeValue(forKey: key) } ?? nil)?.resume() }

  @Sendable func run(_ key: String, _ context: ChildContext) async throws {
    let (stream, orders) = AsyncStream<any Error>.makeStream()
    let (isHanging, fails, isStubborn) = state.withLock { state in
      state.live[key, default: 0] += 1
      state.most[key] = max(state.most[key] ?? 0, state.live[key] ?? 0)
      state.starts[key, default: 0] += 1
      state.orders[key] = orders
      return (state.hanging.contains(key), state.failing.contains(key), state.stubborn[key] != nil)
    }
    defer { state.withLock { $0.live[key, default: 0] -= 1 } }
    if fails { throw Broken(name: key) }
    if !isHanging { context.ready() }
    for await order in stream { throw order }
    if isStubborn, Task.isCancelled {
      await withCheckedContinuation { continuation in set { $0.stubborn[key] = .some(continuation) } }
    }
  }
}

/// A table supervisor on virtual time, run in a task.
struct TableFixture {
  let table: ScriptedTable
  let instances = Instances()
  let timeline = VirtualTimeline()
  let tables: TableSupervisor<ScriptedTable, Void>

  init(
    _ keys: [String], restart: RestartPolicy = .transient, policy: (inout TablePolicy) -> Void = { _ in },
    options change: (inout Child.Options) -> Void = { _ in }
  ) {
    table = ScriptedTable(keys)
    var options = Child.Options.row
    options.restart = restart
    options.readiness = .signalled
    change(&options)
    var tablePolicy = TablePolicy()
    tablePolicy.jitter = 0
    policy(&tablePolicy)
    tables = TableSupervisor(
      "feeds", table, options: options, policy: tablePolicy, timeline: timeline, body: instances.run)
  }

  /// Runs it for as long as the body takes, then stops it.
  func run(_ body: (EventRecorder) async throws -> Void) async throws {
    let recorder = EventRecorder(tables)
    let run = Task { [tables] in try await tables.run() }
    defer { tables.stop() }
    await untilQuiet()
    try await body(recorder)
    tables.stop()
    try await run.value
  }

  /// Suspends until the loop waits for its next pass and nothing but hanging starts is under way.
  func untilQuiet(underWay: Int = 0) async {
    await eventually {
      tables.state.withLock { state in
        state.isRunning && state.demand.waiter != nil && state.reconciler.underWay <= underWay
      }
    }
  }

  /// A pass, and everything that it begins.
  func reconcile() async throws {
    try await tables.reconcile()
    await untilQuiet()
  }

  var running: Set<String> { Set(instances.live.keys) }
}
