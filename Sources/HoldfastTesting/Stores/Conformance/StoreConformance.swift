public import Holdfast

/// Everything that a store must do, as checks that any test framework can run.
///
/// ```swift
/// @Test(arguments: StoreConformance.checks) func `the store conforms`(check: StoreConformanceCheck) async throws {
///   try await check.run(StoreFactory { time in MyStore(clock: time) })
/// }
/// ```
///
/// The checks need no real time: each gets a fresh store on a virtual timeline. Those in which a store must survive the
/// death of its process are left out for a factory without ``StoreFactory/reopen``.
public enum StoreConformance {
  /// All checks, by behaviour.
  public static let checks: [StoreConformanceCheck] = [
    uniqueKeyChecks, executionKeyChecks, cancelChecks, lifecycleChecks, claimChecks, crowdChecks, leaseChecks,
    queueChecks, limitChecks, fairnessChecks, timeChecks, queryChecks, retentionChecks, refusalChecks, durabilityChecks,
    propertyChecks, recordChecks, journalChecks, recordJobChecks,
  ].flatMap(\.self)
}

/// One thing that a store must do.
public struct StoreConformanceCheck: Sendable, Identifiable, CustomStringConvertible {
  /// The behaviour's id and what it is, such as `Q1 a hundred callers with one key …`.
  public let id: String
  /// Whether the store must survive the death of its process for it.
  public let needsReopening: Bool
  private let body: @Sendable (StoreTrial) async throws -> Void

  init(
    _ id: String, needsReopening: Bool = false, _ body: @escaping @Sendable (StoreTrial) async throws -> Void
  ) {
    self.id = id
    self.needsReopening = needsReopening
    self.body = body
  }

  /// The id.
  public var description: String { id }

  /// Runs it on a fresh store; does nothing when it needs reopening and the store forgets.
  ///
  /// - Throws: ``StoreConformanceFailure`` where the store does something else, or whatever the store threw.
  public func run(_ factory: StoreFactory) async throws {
    if needsReopening, factory.reopen == nil { return }
    let time = VirtualTimeline()
    let trial = StoreTrial(check: id, time: time, store: try await factory.open(time), factory: factory)
    do {
      try await body(trial)
    } catch {
      await factory.close(trial.store)
      throw error
    }
    await factory.close(trial.store)
  }
}

/// How the checks come by a store.
public struct StoreFactory: Sendable {
  /// Opens a fresh, empty store on a clock.
  public var open: @Sendable (VirtualTimeline) async throws -> any Store
  /// Lets a store's process die without closing it, and opens what it left. Nil for a store that forgets.
  public var reopen: (@Sendable (any Store, VirtualTimeline) async throws -> any Store)?
  /// Removes a store after its check.
  public var close: @Sendable (any Store) async -> Void

  /// A factory.
  ///
  /// - Parameters:
  ///   - reopen: See ``reopen``. Default nil.
  ///   - close: See ``close``. Default nothing.
  ///   - open: See ``open``.
  public init(
    reopen: (@Sendable (any Store, VirtualTimeline) async throws -> any Store)? = nil,
    close: @escaping @Sendable (any Store) async -> Void = { _ in },
    open: @escaping @Sendable (VirtualTimeline) async throws -> any Store
  ) {
    self.open = open
    self.reopen = reopen
    self.close = close
  }
}

/// A store did something else than it must.
public struct StoreConformanceFailure: Error, Sendable, CustomStringConvertible {
  /// The check.
  public let check: String
  /// What was found.
  public let what: String
  /// Where in the check.
  public let line: String

  /// The check, what was found, and where to look.
  public var description: String { "\(check): \(what) (\(line))" }
}
