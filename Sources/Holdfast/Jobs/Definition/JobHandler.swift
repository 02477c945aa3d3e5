#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What runs the jobs of one kind.
///
/// ```swift
/// let handlers = [
///   JobHandler.on(SendWelcome.self) { job, context in try await mailer.welcome(job.user) },
///   JobHandler.on(Resize.self) { job, context in try .complete(await resize(job)) },
/// ]
/// ```
public struct JobHandler: Sendable {
  /// Runs one decoded job.
  package typealias Body = @Sendable (JobContext) async throws -> JobOutcome

  /// The kind.
  public let kind: String
  /// The newest payload version it knows.
  public let version: Int
  /// How its jobs run.
  public let policy: JobPolicy

  /// Whether it makes something of a payload, which may fail.
  package let decodes: Bool
  /// Decodes a payload of a version and gives what runs it.
  package let body: @Sendable (Data, Int) throws -> Body

  /// A handler of payloads as they are, for kinds that are known at run time only.
  ///
  /// - Parameters:
  ///   - kind: The kind.
  ///   - version: The newest version it knows. Default 1.
  ///   - policy: How its jobs run.
  ///   - body: Gets the payload; an outcome or an error decides what becomes of the job.
  public init(
    kind: String, version: Int = 1, policy: JobPolicy = JobPolicy(),
    _ body: @escaping @Sendable (Data, JobContext) async throws -> JobOutcome
  ) {
    self.kind = kind
    self.version = version
    self.policy = policy
    decodes = false
    self.body = { payload, _ in { try await body(payload, $0) } }
  }

  private init<J: Job>(
    _ type: J.Type, _ policy: JobPolicy?, _ body: @escaping @Sendable (J, JobContext) async throws -> JobOutcome
  ) {
    kind = J.kind
    version = J.version
    self.policy = policy ?? J.policy
    decodes = true
    self.body = { payload, version in
      let job =
        version == J.version
        ? try PayloadCoding.decoder.decode(J.self, from: payload) : try J.migrate(payload, from: version)
      return { try await body(job, $0) }
    }
  }

  /// A handler that says how it ended; a throw means "failed, by policy".
  ///
  /// - Parameters:
  ///   - type: The job's type.
  ///   - policy: Instead of the type's own.
  ///   - body: Runs one job. Where it is one call that gives an outcome, write `return`: the compiler prefers the other
  ///     `on` and warns of an unused result.
  @_disfavoredOverload
  public static func on<J: Job>(
    _ type: J.Type, policy: JobPolicy? = nil,
    _ body: @escaping @Sendable (J, JobContext) async throws -> JobOutcome
  ) -> JobHandler {
    JobHandler(type, policy, body)
  }

  /// A handler whose return means that the job is done.
  ///
  /// - Parameters:
  ///   - type: The job's type.
  ///   - policy: Instead of the type's own.
  ///   - body: Runs one job.
  public static func on<J: Job>(
    _ type: J.Type, policy: JobPolicy? = nil,
    _ body: @escaping @Sendable (J, JobContext) async throws -> Void
  ) -> JobHandler {
    JobHandler(type, policy) { job, context in
      try await body(job, context)
      return .complete
    }
  }
}
