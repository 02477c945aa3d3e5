#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A line that a program wrote, or a remark about its log.
public struct ProgramLine: Sendable, Hashable {
  /// Where a line came from.
  public enum Stream: String, Sendable, Hashable, Codable, CaseIterable {
    /// Standard output.
    case out
    /// Standard error.
    case err
    /// Holdfast itself, about the log.
    case note
  }

  /// Counts the lines of one log, across generations, from 1.
  public let sequence: UInt64
  /// The generation of the program that wrote it.
  public let generation: Int
  /// Where it came from.
  public let stream: Stream
  /// When it was read.
  public let time: Date
  /// Without its end of line; bytes that were no UTF-8 are replaced by U+FFFD.
  public let text: String
  /// Whether the line was too long, so that the next one of its stream continues it.
  public let isContinued: Bool
}
