import Holdfast
import Logging
import Synchronization

/// What a worker writes: to the log line by line as far as a job may, and the last lines of standard error for a crash.
final class WorkerOutput: Sendable {
  private struct State {
    var logger: Logger
    var logged = 0
    var left = 0
    var tail: [String] = []
    var tailBytes = 0
  }

  /// The longest line in bytes; longer ones are split.
  static let lineLength = 8 << 10
  /// Bytes of the last lines that are kept.
  static let tailLimit = 2048

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
  var lastWords: String { state.withLock { $0.tail.joined(separator: "\n") } }

  func append(_ pieces: [LineCutter.Piece], _ stream: ProgramLine.Stream) {
    for piece in pieces {
      guard let logger = state.withLock({ take(piece.text, stream, &$0) }) else { continue }
      logger.info("\(piece.text)", metadata: ["stream": "\(stream.rawValue)"])
    }
  }

  private func take(_ line: String, _ stream: ProgramLine.Stream, _ state: inout State) -> Logger? {
    if stream == .err { keep(line, &state) }
    guard state.logged < lineLimit else {
      state.left += 1
      return nil
    }
    state.logged += 1
    return state.logger
  }

  private func keep(_ line: String, _ state: inout State) {
    state.tail.append(String(line.prefix(Self.tailLimit / 4)))
    state.tailBytes += state.tail.last?.utf8.count ?? 0
    while state.tailBytes > Self.tailLimit { state.tailBytes -= state.tail.removeFirst().utf8.count }
  }
}
