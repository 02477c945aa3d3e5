#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What a table supervisor knows of its table: part of its snapshot.
public struct TableStatus: Sendable, Codable {
  /// Passes begun in this run.
  public var passes = 0
  /// When the last pass ended; nil before that.
  public var lastPass: Date?
  /// Good rows of the last pass.
  public var rows = 0
  /// Why the last pass was not complete, in words; nil when it was.
  public var failure: String?
  /// Rows that could not be read or started, by key, in words; at most a hundred.
  public var badRows: [String: String] = [:]

  static let mostBadRows = 100
}
