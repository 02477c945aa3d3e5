#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Called at the turns of every job's life on a node (B1–B8); every function may be left out.
///
/// What happens to a job is decided and written before the hooks after it are called, so none of them can change the
/// outcome: one that throws is logged and counted. They run outside the job's worker, and count in the runner's window.
public protocol JobHooks: Sendable {
  /// Before an attempt, in its task (B1). What it returns comes to the later ones as ``JobEnd/state``.
  func beforeRun(_ context: JobContext) async throws -> (any Sendable)?
  /// After a job was completed, and that is durable (B2).
  func afterRun(_ end: JobEnd) async throws
  /// After an attempt failed that is not the last (B3).
  func onError(_ end: JobEnd) async throws
  /// After an attempt took too long, before ``onError(_:)`` or ``onDiscard(_:)`` (B6).
  func onTimeout(_ end: JobEnd) async throws
  /// After a job was cancelled, once, also when it never ran (B4, C2).
  func onCancel(_ end: JobEnd) async throws
  /// After the last failed attempt, instead of ``onError(_:)`` (B5).
  func onDiscard(_ end: JobEnd) async throws
  /// After a job was parked.
  func onPark(_ end: JobEnd) async throws
}

extension JobHooks {
  /// Nothing.
  public func beforeRun(_ context: JobContext) async throws -> (any Sendable)? { nil }
  /// Nothing.
  public func afterRun(_ end: JobEnd) async throws {}
  /// Nothing.
  public func onError(_ end: JobEnd) async throws {}
  /// Nothing.
  public func onTimeout(_ end: JobEnd) async throws {}
  /// Nothing.
  public func onCancel(_ end: JobEnd) async throws {}
  /// Nothing.
  public func onDiscard(_ end: JobEnd) async throws {}
  /// Nothing.
  public func onPark(_ end: JobEnd) async throws {}
}

/// The end of an attempt as hooks see it.
public struct JobEnd: Sendable {
  /// The job as it was taken.
  public let job: JobRecord
  /// What became of it.
  public let verdict: JobVerdict
  /// What this object's ``JobHooks/beforeRun(_:)`` returned.
  public let state: (any Sendable)?
  /// The error itself, when the handler threw one in this process.
  public let error: (any Error)?

  /// The failure of the attempt, if it failed.
  public var failure: JobFailure? {
    switch verdict {
    case .retry(_, let failure, _, _), .crashed(_, let failure), .discarded(let failure): failure
    default: nil
    }
  }

  /// What the handler returned as output.
  public var output: Data? {
    if case .completed(let output) = verdict { output } else { nil }
  }

  /// Why it was cancelled or parked.
  public var reason: String? {
    switch verdict {
    case .cancelled(let reason), .parked(_, let reason): reason
    default: failure?.message
    }
  }
}

/// Stands around every attempt of every kind: binds values, measures, refuses.
///
/// ```swift
/// struct Tenant: JobMiddleware {
///   func run(_ context: JobContext, next: Next) async throws -> JobOutcome {
///     try await Database.$tenant.withValue(context.job.partition) { try await next(context) }
///   }
/// }
/// ```
public protocol JobMiddleware: Sendable {
  /// What is inside: the next middleware, or the handler.
  typealias Next = @Sendable (JobContext) async throws -> JobOutcome

  /// Runs what is inside, or not; what it returns or throws is the attempt's.
  func run(_ context: JobContext, next: @escaping Next) async throws -> JobOutcome
}
