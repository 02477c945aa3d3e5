#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A piece of durable work: a value that says what to do, stored as JSON until a handler has done it.
///
/// ```swift
/// struct SendWelcome: Job {
///   static let kind = "send-welcome"
///   static let policy = JobPolicy(queue: "mail", maxAttempts: 8, timeout: .seconds(30))
///   var user: UUID
///   var executionKey: String? { user.uuidString }
/// }
/// ```
///
/// Only ``kind`` is required (J1). Keys and the queue are read once, when the job is enqueued, and travel with it (J5).
public protocol Job: Codable, Sendable {
  /// The name under which it is stored and by which a handler is found. Never change it; 1 to 128 bytes.
  static var kind: String { get }
  /// The version of this type's shape, ≥ 1. Raise it when older payloads no longer decode, and upgrade those in
  /// ``migrate(_:from:)``. Default 1.
  static var version: Int { get }
  /// How jobs of this kind run. Default: queue `default`, one attempt, no timeout.
  static var policy: JobPolicy { get }

  /// At most one live job of a partition holds it; a second one is a duplicate (Q1). Default none.
  var uniqueKey: String? { get }
  /// At most ``JobPolicy/executionLimit`` running jobs of a partition hold it; others wait in order (E1). Default none.
  var executionKey: String? { get }
  /// The queue for this very job, instead of the policy's (J6). Default nil.
  var queue: String? { get }

  /// Makes the current shape from an older payload.
  ///
  /// - Throws: Anything; the job is parked as undecodable then. By default a payload of another version is decoded as if
  ///   it had the current shape.
  static func migrate(_ payload: Data, from version: Int) throws -> Self
}

extension Job {
  /// 1.
  public static var version: Int { 1 }
  /// Queue `default`, one attempt, no timeout.
  public static var policy: JobPolicy { JobPolicy() }
  /// None.
  public var uniqueKey: String? { nil }
  /// None.
  public var executionKey: String? { nil }
  /// The policy's.
  public var queue: String? { nil }

  /// Decodes the payload as if it had the current shape.
  public static func migrate(_ payload: Data, from version: Int) throws -> Self {
    try PayloadCoding.decoder.decode(Self.self, from: payload)
  }
}
