import HoldfastPrograms
import Logging
import Synchronization

/// Brings what one program writes into the daemon's log.
final class OutputPump: Sendable {
  private let child: String
  private let log: ProgramLog
  private let sink: LogSink
  private let next: Mutex<UInt64>

  init(_ child: String, _ log: ProgramLog, _ sink: LogSink) {
    self.child = child
    self.log = log
    self.sink = sink
    next = Mutex(log.next)
  }

  /// Runs until its task is cancelled.
  func run() async {
    for await entry in log.follow(from: next.withLock { $0 }) {
      switch entry {
      case .line(let line): write(line)
      case .dropped(let count):
        sink.write(LogRecord(.warning, "\(count) lines dropped: too many at once", event: "dropped", child: child))
      }
    }
  }

  /// Writes what the task has not come to yet.
  func finish() {
    for line in log.lines() { write(line) }
  }

  /// Each line once, whoever comes first.
  private func write(_ line: ProgramLine) {
    next.withLock { next in
      guard line.sequence >= next else { return }
      next = line.sequence + 1
      // Trouble with a log file comes as a warning too.
      guard line.stream != .note else { return }
      sink.write(LogRecord(line, of: child))
    }
  }
}
