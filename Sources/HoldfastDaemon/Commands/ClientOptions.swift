import ArgumentParser

/// What every command that talks to a daemon takes.
struct ClientOptions: ParsableArguments {
  @Option(help: "The daemon's socket. Default: $HOLDFAST_SOCKET, else through holdfast.yml in this folder.")
  var socket: String?

  @Flag(help: "Print JSON, one value a line.")
  var json = false

  /// Asks the daemon; lines are printed as they are with `--json`, else decoded and rendered.
  func ask<Report: Decodable>(_ request: ControlRequest, _ render: (Report) -> Void) throws {
    try collect(request, printing: json, render)
  }

  /// Asks the daemon; lines are printed as they are with `--json`, else decoded and rendered together.
  func list<Report: Decodable>(_ request: ControlRequest, _ render: ([Report]) -> [String]) throws {
    var reports: [Report] = []
    try ask(request) { reports.append($0) }
    if !json { render(reports).forEach(Terminal.output.line) }
  }

  /// Asks the daemon; every line is decoded, unless it is printed as it is.
  func collect<Report: Decodable>(
    _ request: ControlRequest, printing: Bool = false, _ render: (Report) -> Void
  ) throws {
    let client = ControlClient(path: try SocketLocation.current.find(socket))
    let end = try client.send(request) { line in
      if printing { return Terminal.output.line(String(decoding: line, as: UTF8.self)) }
      guard let report = try? JSONLine.decode(Report.self, from: line) else {
        throw Failure(
          .failed, "the daemon answers in a way this version does not know: use the same version on both sides")
      }
      render(report)
    }
    guard let status = ExitStatus(rawValue: end.done), status != .ok else { return }
    throw Failure(status, end.error ?? "the daemon gave no reason")
  }

  /// The same for what the store itself can answer: without a daemon it is asked directly, and that is said.
  func listStore<Report: Decodable>(_ request: ControlRequest, _ render: ([Report]) -> [String]) async throws {
    var reports: [Report] = []
    try await askStore(request) { reports.append($0) }
    if !json { render(reports).forEach(Terminal.output.line) }
  }

  /// Asks the daemon, or the store without one.
  func askStore<Report: Decodable>(_ request: ControlRequest, _ render: (Report) -> Void) async throws {
    do {
      try ask(request, render)
    } catch let failure as Failure where failure.status == .unreachable {
      guard socket == nil, let desk = try await OfflineDesk.open(because: failure) else { throw failure }
      Terminal.errors.line("no daemon runs: this goes straight to \(desk.path)")
      let lines = await desk.answer(request)
      for line in try lines.get() {
        if json { Terminal.output.line(line) } else { render(try JSONLine.decode(Report.self, from: line.utf8)) }
      }
    }
  }
}
