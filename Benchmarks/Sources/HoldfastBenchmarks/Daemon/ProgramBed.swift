import Foundation

/// A daemon that keeps ten programs running, in a folder of its own.
///
/// Each program writes its process id and the time into a file as its first act, so that what the daemon under test
/// says about it is not needed.
final class ProgramBed {
  static let count = 10

  let folder: URL
  private let process = Process()

  /// - Parameters:
  ///   - files: What the daemon reads, by name; `FOLDER` in it and in the command stands for the folder.
  init(files: [String: String], command: [String], environment: [String: String] = [:]) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let program = #"echo "$$ $EPOCHREALTIME" > "$1.new"; mv "$1.new" "$1"; echo up; exec sleep 1000000"# + "\n"
    for (name, text) in files.merging(["up.sh": program], uniquingKeysWith: { $1 }) {
      let text = text.replacingOccurrences(of: "FOLDER", with: folder.path)
      try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command.map { $0.replacingOccurrences(of: "FOLDER", with: folder.path) }
    process.currentDirectoryURL = folder
    process.standardOutput = try log()
    process.standardError = FileHandle.nullDevice
  }

  private func log() throws -> FileHandle {
    let file = folder.appending(path: "daemon.log")
    try Data().write(to: file)
    return try FileHandle(forWritingTo: file)
  }

  var facts: ProcessFacts { ProcessFacts(pid: process.processIdentifier) }
  var output: String { (try? String(contentsOf: folder.appending(path: "daemon.log"), encoding: .utf8)) ?? "" }

  /// Starts the daemon, and gives the milliseconds until the last program was up.
  func start() async throws -> Double {
    let begun = Date().timeIntervalSince1970
    try process.run()
    var last = begun
    for number in 0..<Self.count { last = max(last, try await life(of: number, after: 0).up) }
    return (last - begun) * 1000
  }

  /// Kills a program, and gives the milliseconds until its replacement was up.
  func restart(_ number: Int) async throws -> Double {
    let pid = try await life(of: number, after: 0).pid
    let killed = Date().timeIntervalSince1970
    kill(pid, SIGKILL)
    return (try await life(of: number, after: pid).up - killed) * 1000
  }

  /// Waits until a program is up whose process is not `other`.
  private func life(of number: Int, after other: pid_t) async throws -> (pid: pid_t, up: Double) {
    for _ in 0..<20_000 {
      let text = (try? String(contentsOf: folder.appending(path: "p\(number)"), encoding: .utf8)) ?? ""
      let parts = text.split(whereSeparator: \.isWhitespace)
      if parts.count == 2, let pid = pid_t(parts[0]), pid != other, let up = Double(parts[1]) { return (pid, up) }
      try await Task.sleep(for: .milliseconds(1))
    }
    throw NotUp(program: number, daemon: process.arguments?.first ?? "")
  }

  struct NotUp: Error, CustomStringConvertible {
    let program: Int
    let daemon: String
    var description: String { "program \(program) of \(daemon) was not up within 20 s" }
  }

  func stop() {
    process.terminate()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }
}
