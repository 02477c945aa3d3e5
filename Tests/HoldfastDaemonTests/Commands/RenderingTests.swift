import ArgumentParser
import Logging
import Testing

@testable import HoldfastDaemon

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite(.timeLimit(.minutes(10)))
struct RenderingTests {
  private let plain = Terminal(1, colours: false)
  private let colourful = Terminal(1, colours: true)

  @Test func `UX8 status is an aligned table without blanks at line ends`() {
    let report = StatusReport(
      name: "shop", pid: 1, version: "1",
      programs: [
        ProgramStatus(name: "web", state: "running", pid: 4711, uptime: 75, restarts: 0, ready: true),
        ProgramStatus(
          name: "worker-1", group: "back", state: "waiting", restarts: 12, ready: false,
          lastExit: "exited with status 3"),
      ])
    #expect(
      StatusTable.lines(report, for: plain) == [
        "NAME           STATE    PID   UPTIME      RESTARTS  READY  WAITING UNTIL  LAST EXIT",
        "web            running  4711  1 min 15 s  0         yes    -              -",
        "back/worker-1  waiting  -     -           12        no     -              exited with status 3",
      ])
  }

  @Test func `colours appear only where the terminal has them`() {
    #expect(plain.paint("x", .red) == "x")
    #expect(colourful.paint("x", .red) == "\u{1B}[31mx\u{1B}[0m")
  }

  @Test func `output of programs cannot command the terminal`() {
    #expect(Terminal.harmless("a\tb\u{1B}[2Jc\u{9B}") == "a\tb\u{FFFD}[2Jc\u{FFFD}")
  }

  @Test(arguments: [
    (0.08, "80 ms"), (12, "12 s"), (185, "3 min 5 s"), (7500, "2 h 5 min"), (273_600, "3 d 4 h"), (-1, "0 ms"),
  ])
  func `spans are short`(seconds: Double, expected: String) {
    #expect(Timestamp.span(seconds) == expected)
  }

  @Test func `times keep their milliseconds through JSON`() throws {
    let line = LogLine(
      time: Date(timeIntervalSince1970: 1_700_000_000.25), name: "web", stream: .err, line: "hé\u{1B}", generation: 2)
    let text = try JSONLine.encode(line)
    #expect(text.contains(#""time":"2023-11-14T22:13:20.250Z""#))
    #expect(try JSONLine.decode(LogLine.self, from: text.utf8) == line)
  }

  @Test func `a reload says what changed`() {
    #expect(ReloadText.lines(ReloadReport(unchanged: ["a"])) == ["nothing changed"])
    #expect(
      ReloadText.lines(ReloadReport(added: ["a", "b"], ignored: ["state"])) == [
        "added: a, b", "takes effect only when the daemon is started again: state",
      ])
  }

  @Test func `the example that init writes is a good file`() throws {
    #expect(try read(ExampleFile.text).programs.map(\.name) == ["hello"])
  }

  @Test(arguments: ConfigurationReader.keys + ProgramReader.keys)
  func `the example shows every key`(key: String) {
    #expect(ExampleFile.text.contains("\(key):"))
  }

  @Test(arguments: [(["status", "--nope"], 2), (["stop"], 2), (["logs", "--since", "x"], 2), (["nope"], 2)])
  func `UX8 wrong usage has status 2`(arguments: [String], expected: Int) {
    let error = #expect(throws: (any Error).self) { try HoldfastCommand.parseAsRoot(arguments) }
    #expect(error.map { Int(CommandEnd.report($0, arguments: arguments)) } == expected)
  }

  @Test func `UX8 every command can be asked for JSON`() {
    for command in leaves(of: HoldfastCommand.self) {
      #expect(command.helpMessage().contains("--json"), "\(command)")
    }
  }

  private func leaves(of command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    let parts = command.configuration.subcommands
    return parts.isEmpty ? [command] : parts.flatMap(leaves)
  }
}

@Suite(.timeLimit(.minutes(10)))
struct LogSinkTests {
  private func line(_ record: LogRecord) -> String {
    String(EventText.line(record, width: 8, for: Terminal(1, colours: false)).dropFirst(13))
  }

  @Test func `the log names the child, what it does and why`() {
    var ready = LogRecord(.info, "ready after 80 ms", event: "ready", child: "web")
    ready.pid = 123
    #expect(line(ready) == "web      running  pid 123, ready after 80 ms")
    #expect(line(LogRecord(.info, "starting", event: "starting", child: "web")) == "web      starting")
    #expect(line(LogRecord(.info, "a\u{7}b", event: "output", child: "web")) == "web      | a\u{FFFD}b")
  }

  @Test(arguments: [
    ("waiting", "waiting 5 s to restart (failure 1)", "waiting  5 s to restart (failure 1)"),
    ("parked", "parked: failed 4 times in a row", "parked   failed 4 times in a row"),
    ("finished", "finished, not restarted", "finished not restarted"),
    ("exited", "ended after 3 s: failed: exited with status 1", "ended    after 3 s: exited with status 1"),
    ("stopped", "stopped (failed: killed by SIGTERM)", "stopped  (killed by SIGTERM)"),
    ("log", "information", "info     information"),
  ])
  func `the log says nothing twice`(event: String, message: String, expected: String) {
    #expect(line(LogRecord(.info, message, event: event, child: "web")) == "web      " + expected)
  }

  @Test func `keys of JSON lines are stable, and absent ones are left out`() throws {
    var record = LogRecord(.error, "ended", event: "exited", child: "web")
    record.time = .init(timeIntervalSince1970: 0)
    #expect(
      try JSONLine.encode(record)
        == #"{"child":"web","event":"exited","level":"error","message":"ended","time":"1970-01-01T00:00:00.000Z"}"#)
  }

  @Test(arguments: [
    (LogQuery(), ["1o", "1e", "2o", "3o"]), (LogQuery(lines: 2), ["2o", "3o"]), (LogQuery(previous: true), ["2o"]),
    (LogQuery(stream: .err), ["1e"]), (LogQuery(grep: "o"), ["1o", "2o", "3o"]), (LogQuery(since: 15), ["2o", "3o"]),
  ])
  func `UX9 a query selects lines by age, generation, stream and text`(query: LogQuery, expected: [String]) {
    let now = Date(timeIntervalSince1970: 1000)
    let lines = [(30.0, 1, "1o"), (20, 1, "1e"), (10, 2, "2o"), (1, 3, "3o")]
    let selected = lines.filter { age, generation, text in
      LogSelection(query: query, current: 3, now: now)
        .selects(now.addingTimeInterval(-age), generation, text.hasSuffix("e") ? "err" : "out", text)
    }
    #expect(selected.suffix(query.lines ?? 100).map(\.2) == expected)
  }
}
