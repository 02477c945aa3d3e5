import Logging

/// The daemon's log for people: `12:00:01.234 web      running  pid 123, ready after 80 ms`.
enum EventText {
  private static let words = [
    "ready": "running", "exited": "ended", "startFailed": "failed", "supervisorStarting": "starting",
    "supervisorStarted": "started", "supervisorStopping": "stopping", "supervisorStopped": "stopped",
    "startDeadlineMissed": "late", "limitReached": "limit", "failingRepeatedly": "failing", "daemonStarted": "started",
    "daemonStopped": "ended", "reloadFailed": "failed", "alarmRaised": "alarm", "alarmCleared": "clear",
    "alarmUpdated": "alarm",
    "alarmLevelChanged": "alarm", "alarmForgotten": "unknown",
  ]

  static func line(_ record: LogRecord, width: Int, for terminal: Terminal) -> String {
    let clock = terminal.paint(Timestamp.clock(record.time), .grey)
    let child = record.child ?? record.supervisor.map(Paths.name) ?? "holdfast"
    let name = terminal.paint(child.padded(to: width), LogText.colour(of: child))
    let text = Terminal.harmless(record.message)
    if record.event == "output" {
      return
        "\(clock) \(name) \(terminal.paint("|", .grey)) \(record.stream == "err" ? terminal.paint(text, .yellow) : text)"
    }
    let word = words[record.event] ?? (record.event == "log" ? "\(record.level)" : record.event)
    let pid = record.pid.map { "pid \($0), " } ?? ""
    let said = short(text, after: word, record.event)
    let rest = said.isEmpty ? "" : " \(pid)\(said)"
    return "\(clock) \(name) \(terminal.paint(word.padded(to: 8), colour(record, word)))\(rest)"
  }

  /// Nothing twice: not the word itself, as in `waiting  waiting 5 s`, and no `failed` where the colour says it.
  private static func short(_ text: String, after word: String, _ event: String) -> String {
    let isEnd = event == "exited" || event == "stopped"
    let text = isEnd ? text.replacing("failed: ", with: "") : text
    let rest = text.dropFirst(word.count)
    guard text.hasPrefix(word), rest.first.map({ " :,".contains($0) }) ?? true else { return text }
    return String(rest.drop { " :,".contains($0) })
  }

  private static func colour(_ record: LogRecord, _ word: String) -> Terminal.Colour? {
    switch record.level {
    case .error, .critical: .red
    case .warning: .yellow
    default: StatusTable.colour(of: word)
    }
  }
}
