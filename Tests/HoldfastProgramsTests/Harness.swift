import FoundationEssentials
import Glibc
import Holdfast
import Synchronization
import Testing

@testable import HoldfastPrograms

/// All suites that start real programs.
@Suite(.timeLimit(.minutes(10)))
struct RealPrograms {}

/// One program under test: what it wrote, how it ended, and a way to stop it.
final class Harness: Sendable {
  let program: Program
  let monitor: ProgramMonitor
  let becameReady = Signal()
  private let stopAction = Mutex<(@Sendable () -> Void)?>(nil)
  private let reports = Mutex<[String]>([])

  init(_ program: Program, monitor: ProgramMonitor? = nil) {
    self.program = program
    self.monitor = monitor ?? ProgramMonitor(program.logs)
  }

  convenience init(shell script: String, _ change: (inout Program) -> Void = { _ in }) {
    var program = Program(["/bin/sh", "-c", script])
    change(&program)
    self.init(program)
  }

  var reported: [String] { reports.withLock { $0 } }

  /// Runs to the end; nil when that was a success.
  func run(generation: Int = 1) async -> (any Error)? {
    let hooks = ProgramRun.Hooks(
      ready: { self.becameReady.set() },
      onStop: { action in self.stopAction.withLock { $0 = action } },
      report: { [weak self] text in self?.reports.withLock { $0.append(text) } })
    do {
      try await ProgramRun(
        name: "test", program: program, monitor: monitor, generation: generation, timeline: .system, hooks: hooks
      ).run()
      return nil
    } catch {
      return error
    }
  }

  func stop() {
    stopAction.withLock { $0 }?()
  }

  /// The exit of a run that failed.
  func exit() async -> ProgramExit? {
    (await run() as? ProgramFailure)?.exit
  }

  /// Runs while `body` does its work, then stops the program.
  func whileRunning(_ body: () async throws -> Void) async throws -> (any Error)? {
    async let end = run()
    try await body()
    stop()
    return await end
  }

  /// The first line, now or later, that a condition holds for.
  func line(where holds: @Sendable (String) -> Bool) async -> String? {
    for await entry in monitor.log.follow(from: 1) {
      if case .line(let line) = entry, holds(line.text) { return line.text }
    }
    return nil
  }

  func line(prefix: String) async -> Substring {
    await line { $0.hasPrefix(prefix) }?.dropFirst(prefix.count) ?? ""
  }

  var output: [String] { monitor.log.lines().filter { $0.stream == .out }.map(\.text) }
}

/// Something that happens once and that many may await.
final class Signal: Sendable {
  private let state = Mutex<(isSet: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func set() {
    let waiting = state.withLock { state in
      defer { state = (true, []) }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  var isSet: Bool { state.withLock { $0.isSet } }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isSet = state.withLock { state in
        if !state.isSet { state.waiting.append(continuation) }
        return state.isSet
      }
      if isSet { continuation.resume() }
    }
  }
}

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
  let path = "/tmp/holdfast-test-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func write(_ text: String, to name: String, executable: Bool = false) throws -> String {
    let file = path + "/" + name
    #expect(FileManager.default.createFile(atPath: file, contents: Data(text.utf8)))
    if executable { _ = unsafe chmod(file, 0o755) }
    return file
  }

  func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// Whether a process is there and not merely waiting to be collected.
func isAlive(_ process: Int32) -> Bool {
  guard let status = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return false }
  let text = String(decoding: status, as: UTF8.self)
  return text.split(separator: ")").last.map { !$0.hasPrefix(" Z") && !$0.hasPrefix(" X") } ?? false
}

/// Waits for another process, which tells nobody when it ends; the suite's time limit bounds it.
func untilGone(_ process: Int32) async {
  let script = "while read -r id name state rest < /proc/\(process)/stat && [ $state != Z ]; do sleep 0.01; done"
  _ = await Harness(shell: script).run()
}
