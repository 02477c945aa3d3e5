import Holdfast
import Logging
import Synchronization

/// What a worker writes: to the log line by line as far as a job may, and the last lines of standard error for a crash.
final class WorkerOutput: Sendable {
  private struct State {
    var logger: Logger
    var logged = 0
    var left = 0
    var words = LastWords()
  }

  /// The longest line in bytes; longer ones are split.
  static let lineLength = 8 << 10
  private let lineLimit: Int
  private let idleLogger: Logger
  private let state: Mutex<State>

  init(_ logger: Logger, lineLimit: Int) {
    self.lineLimit = lineLimit
    idleLogger = logger
    state = Mutex(State(logger: logger))
  }

  /// From here on the lines belong to a job.
  func begin(_ job: JobRecord) {
    var logger = idleLogger
    logger[metadataKey: "job"] = "\(job.id)"
    logger[metadataKey: "kind"] = "\(job.kind)"
    logger[metadataKey: "attempt"] = "\(job.attempt)"
    state.withLock { [logger] in $0 = State(logger: logger) }
  }

  /// The job is over; says how many of its lines were left out.
  func end() {
    let (logger, left) = state.withLock { state in
      defer { state = State(logger: idleLogger) }
      return (state.logger, state.left)
    }
    if left > 0 { logger.notice("\(left) further lines of output were left out") }
  }

  /// The last lines of standard error.
  var lastWords: String { state.withLock { $0.words.text } }

  func append(_ pieces: [LineCutter.Piece], _ stream: ProgramLine.Stream) {
    for piece in pieces {
      guard let logger = state.withLock({ take(piece.text, stream, &$0) }) else { continue }
      logger.info("\(piece.text)", metadata: ["stream": "\(stream.rawValue)"])
    }
  }

  private func take(_ line: String, _ stream: ProgramLine.Stream, _ state: inout State) -> Logger? {
    if stream == .err { state.words.add(line) }
    guard state.logged < lineLimit else {
      state.left += 1
      return nil
    }
    state.logged += 1
    return state.logger
  }
}

/// What is worth keeping of standard error when a process dies: its last lines; or, once it says that it is crashing, the
/// beginning of the report, because its end is registers and a list of libraries.
struct LastWords {
  /// Bytes that are kept.
  static let limit = 2048
  private static let headings = ["Fatal error", "Program crashed"]

  private var lines: [String] = []
  private var bytes = 0
  private var isReport = false

  var text: String { lines.joined(separator: "\n") }

  mutating func add(_ line: String) {
    if !isReport, Self.headings.contains(where: line.contains) { self = LastWords(isReport: true) }
    let line = line.cut(toBytes: Self.limit - 1)
    let cost = line.utf8.count + 1
    while !isReport, bytes + cost > Self.limit { bytes -= lines.removeFirst().utf8.count + 1 }
    guard bytes + cost <= Self.limit else { return }
    lines.append(line)
    bytes += cost
  }

  init(isReport: Bool = false) {
    self.isReport = isReport
  }
}
