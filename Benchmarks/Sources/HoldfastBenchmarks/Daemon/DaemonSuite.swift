import Foundation

/// The daemon with ten programs, beside supervisord.
struct DaemonSuite {
  static let suite = "daemon"
  private static let variables = ProcessInfo.processInfo.environment
  /// The Python that has supervisord.
  private static let supervisord = variables["HOLDFAST_SUPERVISORD"]
  private static let missing = supervisord == nil ? "supervisord is not installed and pip could not install it" : nil

  private static func holdfast() throws -> ProgramBed {
    guard let daemon = variables["HOLDFAST_DAEMON"] else { throw NoDaemon() }
    let programs = (0..<ProgramBed.count).map {
      "  p\($0): { command: [bash, up.sh, p\($0)], ready: { line: up }, backoff: none }\n"
    }
    let file = "name: bench\nprograms:\n" + programs.joined()
    return try ProgramBed(files: ["holdfast.yml": file], command: [daemon, "run", "holdfast.yml", "--json"])
  }

  struct NoDaemon: Error, CustomStringConvertible {
    var description: String { "HOLDFAST_DAEMON names no executable; use Benchmarks/run" }
  }

  private static func peer() throws -> ProgramBed? {
    let programs = (0..<ProgramBed.count).map {
      "[program:p\($0)]\ncommand=bash FOLDER/up.sh p\($0)\ndirectory=FOLDER\nstartsecs=0\nautorestart=true\n"
    }
    let file = "[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=FOLDER/pid\n"
    // Programs that Foundation starts inherit a mask with every signal blocked, and supervisord would keep it.
    let main =
      "import signal; signal.pthread_sigmask(signal.SIG_SETMASK, []); from supervisor.supervisord import main; main()"
    return try supervisord.map { python in
      try ProgramBed(
        files: ["supervisord.conf": file + programs.joined()],
        command: [python, "-c", main, "-c", "FOLDER/supervisord.conf"])
    }
  }

  func run() async throws {
    try await starts()
    try await running()
  }

  private func starts() async throws {
    try await Comparison(
      suite: Self.suite, metrics: [.init(name: "from nothing to ten programs up", unit: "ms", target: .timesAsGood(1))],
      ours: { [try await Self.start(Self.holdfast()) ?? .nan] },
      peer: Self.supervisord.map { _ in .init(name: "supervisord") { [try await Self.start(Self.peer()) ?? .nan] } },
      missing: Self.missing
    ).run()
  }

  private static func start(_ bed: ProgramBed?) async throws -> Double? {
    defer { bed?.stop() }
    return try await bed?.start()
  }

  private func running() async throws {
    let (ours, peer) = (try Self.holdfast(), try Self.peer())
    defer {
      ours.stop()
      peer?.stop()
    }
    try Result(
      suite: Self.suite, "last program up to all said to be ready", try await readinessLag(ours), "ms", runs: 1,
      target: .atMost(50)
    ).emit()
    _ = try await peer?.start()
    try await restarts(ours, peer)
    try await footprint(ours, peer)
  }

  private func readinessLag(_ bed: ProgramBed) async throws -> Double {
    let began = Date().timeIntervalSince1970
    let up = began + (try await bed.start()) / 1000
    for _ in 0..<10_000 where !bed.output.contains("supervisorStarted") { try await Task.sleep(for: .milliseconds(1)) }
    let line = bed.output.split(separator: "\n").first { $0.contains("supervisorStarted") } ?? ""
    let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    let said = try Date(
      fields?["time"] as? String ?? "", strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    return (said.timeIntervalSince1970 - up) * 1000
  }

  private func restarts(_ ours: ProgramBed, _ peer: ProgramBed?) async throws {
    var (here, there): ([Double], [Double]) = ([], [])
    for round in 0..<100 {
      here.append(try await ours.restart(round % ProgramBed.count))
      // Ten of them: supervisord takes up to a second for each.
      if let peer, round % 10 == 0 { there.append(try await peer.restart(round / 10)) }
    }
    for (name, share) in [("median", 0.5), ("p99", 0.99)] {
      let theirs = peer.map { _ in there.percentile(share) }
      try Result(
        suite: Self.suite, "killed program up again, \(name)", here.percentile(share), "ms", runs: here.count,
        than: peer.map { _ in "supervisord (\(there.count) restarts)" }, theirs, target: .atMost(20)
      ).emit()
    }
  }

  private func footprint(_ ours: ProgramBed, _ peer: ProgramBed?) async throws {
    try await Comparison(
      suite: Self.suite, metrics: [.init(name: "resident memory with ten programs", unit: "MB", target: .atMost(30))],
      ours: { [ours.facts.resident / 1e6] },
      peer: peer.map { peer in .init(name: "supervisord") { [peer.facts.resident / 1e6] } },
      missing: Self.missing
    ).run()
    try await Footprint.wakeUps(ours.facts, "daemon with ten idle programs", suite: Self.suite)
  }
}
