import Dispatch
import Logging
import Synchronization

/// Where the daemon's log goes: readable on a terminal, JSON lines otherwise.
///
/// Nobody waits for it: lines are written by a queue of their own, and when a terminal is stopped or a pipe is full
/// the lines beyond a limit are counted instead of kept.
final class LogSink: Sendable {
  private struct State {
    var waiting = 0
    var dropped = 0
    var width = 8
  }

  private static let limit = 10_000
  private let terminal: Terminal
  private let json: Bool
  private let level: Logger.Level
  private let queue = DispatchQueue(label: "holdfast.log")
  private let state = Mutex(State())

  /// The names decide how wide their column is.
  init(_ terminal: Terminal, json: Bool, level: Logger.Level, names: [String] = []) {
    self.terminal = terminal
    self.json = json
    self.level = level
    widen(for: names)
  }

  /// Names of more than 24 characters stick out.
  private func widen(for names: [String]) {
    let longest = names.lazy.map(\.count).max() ?? 0
    state.withLock { $0.width = max($0.width, min(24, longest)) }
  }

  func write(_ record: LogRecord) {
    guard record.level >= level else { return }
    // A reload brings new names.
    if let child = record.child { widen(for: [child]) }
    let admitted = state.withLock { state in
      guard state.waiting < Self.limit else {
        state.dropped += 1
        return false
      }
      state.waiting += 1
      return true
    }
    if admitted { queue.async { self.print(record) } }
  }

  /// Returns when everything is written, or after a second: a stopped terminal must not keep the daemon alive.
  func flush() {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + .seconds(1))
  }

  private func print(_ record: LogRecord) {
    let (dropped, width) = state.withLock { state in
      state.waiting -= 1
      defer { state.dropped = 0 }
      return (state.dropped, state.width)
    }
    if dropped > 0 { terminal.line(text(LogRecord(.warning, "\(dropped) lines dropped: nobody read them"), width)) }
    terminal.line(text(record, width))
  }

  private func text(_ record: LogRecord, _ width: Int) -> String {
    json ? (try? JSONLine.encode(record)) ?? "{}" : EventText.line(record, width: width, for: terminal)
  }
}

/// Brings messages of libraries into the daemon's log.
struct SinkLogHandler: LogHandler {
  let sink: LogSink
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    // Supervision is told from its events, with more detail.
    if event.metadata?["supervisor"] != nil { return }
    if let job = event.metadata?["job"] ?? metadata["job"] { return log(event, of: "\(job)") }
    let child = metadata["child"].map { Paths.name(of: "\($0)") }
    var text = "\(event.message)"
    if let child, text.hasPrefix(child + ": ") { text.removeFirst(child.count + 2) }
    sink.write(LogRecord(event.level, text, child: child))
  }

  /// About one job: its kind stands where programs have their name.
  private func log(_ event: LogEvent, of job: String) {
    let kind = (event.metadata?["kind"] ?? metadata["kind"]).map { "\($0)" }
    let attempt = (event.metadata?["attempt"] ?? metadata["attempt"]).map { ", attempt \($0)" } ?? ""
    let reason = event.metadata?["reason"].map { ": \($0)" } ?? ""
    sink.write(LogRecord(event.level, "job \(job)\(attempt): \(event.message)\(reason)", event: "job", child: kind))
  }
}
