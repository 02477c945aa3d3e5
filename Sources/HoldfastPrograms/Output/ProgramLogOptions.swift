/// How much of a program's output is kept, and where.
public struct ProgramLogOptions: Sendable, Equatable {
  /// A file that is renamed away when it has grown: `web.log` to `web.log.1`, that to `web.log.2`.
  public struct File: Sendable, Equatable {
    /// What a line looks like in the file.
    public enum Format: String, Sendable, Equatable, Codable {
      /// As the program wrote it.
      case plain
      /// After the time in UTC and the stream: `2026-01-31T09:30:00.125Z out hello`.
      case stamped
    }

    /// Its folder must exist.
    public var path: String
    /// Bytes, ≥ 1, after which it is rotated; a file exceeds it by one line at most. Default 10 MiB.
    public var size: Int
    /// Files in all, ≥ 1; with 1 the old one is removed. Default 3.
    public var keep: Int
    /// Default ``Format/stamped``.
    public var format: Format

    /// A rotated file.
    public init(_ path: String, size: Int = 10 << 20, keep: Int = 3, format: Format = .stamped) {
      self.path = path
      self.size = size
      self.keep = keep
      self.format = format
    }
  }

  /// Lines kept in memory, ≥ 1. Default 1,000.
  public var lines: Int
  /// Bytes of text kept in memory, ≥ 1; fewer lines are kept when they are long. Default 1 MiB.
  public var bytes: Int
  /// The longest line in bytes, ≥ 4; longer ones are split. Default 8 KiB.
  public var lineLimit: Int
  /// Default none.
  public var file: File?

  /// All defaults.
  public init(lines: Int = 1000, bytes: Int = 1 << 20, lineLimit: Int = 8 << 10, file: File? = nil) {
    self.lines = lines
    self.bytes = bytes
    self.lineLimit = lineLimit
    self.file = file
  }

  var problem: String? {
    if lines < 1 || bytes < 1 || lineLimit < 4 { return "the limits of the log in memory are too small" }
    guard let file else { return nil }
    if file.path.isEmpty || file.path.contains("\0") { return "the log file has no usable path" }
    return file.size < 1 || file.keep < 1 ? "a log file needs a size and a number of at least 1" : nil
  }
}
