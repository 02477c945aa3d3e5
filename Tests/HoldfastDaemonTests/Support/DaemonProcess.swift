import Foundation
import HoldfastTestSupport
import Synchronization
import Testing

@testable import HoldfastDaemon

/// A real `holdfast run` in a folder of its own; tests wait for the lines of its log.
final class DaemonProcess: Sendable {
  /// What tests look at in a line of the log.
  struct Line: Decodable, Sendable {
    var event: String
    var child: String?
    var message: String
    var pid: Int32?
    var supervisor: String?
  }

  let folder: TemporaryFolder
  private let lines: Mutex<AsyncStream<Line>.Iterator>
  private let output = Pipe()
  private let exit: AsyncStream<Int32>
  private let isClosed = Mutex(false)
  let pid: Int32

  /// Writes the file, runs it, and returns when the tree is up.
  init(_ file: String, in folder: TemporaryFolder? = nil, until event: String = "supervisorStarted", files: Int? = nil)
    async throws
  {
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    try folder.write(file, to: "holdfast.yml")
    let (stream, source) = AsyncStream.makeStream(of: Line.self)
    let (exit, end) = AsyncStream.makeStream(of: Int32.self)
    let process = Holdfast.process(["run"], in: folder, files: files)
    process.standardOutput = output
    process.terminationHandler = { end.yield($0.terminationStatus) }
    try process.run()
    Orphans.prevent(process.processIdentifier)
    (pid, self.exit) = (process.processIdentifier, exit)
    lines = Mutex(stream.makeAsyncIterator())
    let handle = output.fileHandleForReading
    Thread.detachNewThread { [weak self] in
      var rest = Data()
      while case let data = handle.bytes(), !data.isEmpty {
        rest += data
        while let end = rest.firstIndex(of: 10) {
          if let line = try? JSONLine.decode(Line.self, from: rest[..<end]) { source.yield(line) }
          rest = Data(rest[(end + 1)...])
        }
        if self?.isClosed.withLock({ $0 }) ?? true { break }
      }
      source.finish()
      try? handle.close()
    }
    _ = try await wait(event)
  }

  deinit {
    kill(pid, SIGKILL)
    Orphans.forget(pid)
  }

  /// The next line of this event (and child); those before it are gone.
  @discardableResult
  func wait(_ event: String, _ child: String? = nil) async throws -> Line {
    var iterator = lines.withLock { $0 }
    while let line = await iterator.next() {
      if line.event == event, child == nil || line.child == child { return line }
    }
    throw Failure(.failed, "the log ended before \(event) of \(child ?? "the daemon")")
  }

  /// The names of the children in the order in which an event told them, to the end of the log.
  func children(of event: String) async -> [String] {
    var iterator = lines.withLock { $0 }
    var children: [String] = []
    while let line = await iterator.next() {
      if line.event == event, let child = line.child { children.append(child) }
    }
    return children
  }

  func signal(_ number: Int32) {
    kill(pid, number)
  }

  /// Its exit status, once it has ended.
  func status() async -> Int32 {
    for await status in exit { return status }
    return -1
  }

  func programs() async throws -> [String: ProgramStatus] {
    let result = try await Holdfast.run(["status", "--json"], in: folder)
    let report = try JSONLine.decode(StatusReport.self, from: result.output.utf8)
    return Dictionary(uniqueKeysWithValues: report.programs.map { ($0.name, $0) })
  }

  /// As if the terminal had been closed, as soon as the daemon writes again.
  func closeOutput() {
    isClosed.withLock { $0 = true }
  }
}

/// The real executable.
enum Holdfast {
  struct Result: Sendable {
    var status: Int32
    var output: String
    var errors: String
  }

  /// It lies beside the tests.
  static func process(_ arguments: [String], in folder: TemporaryFolder, files: Int? = nil) -> Process {
    let process = Process()
    let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let holdfast = tests.appending(path: "holdfast")
    process.executableURL = files == nil ? holdfast : URL(filePath: "/bin/sh")
    process.arguments = files.map { ["-c", "ulimit -n \($0); exec \"$0\" \"$@\"", holdfast.path] } ?? []
    process.arguments? += arguments
    process.currentDirectoryURL = URL(filePath: folder.path)
    process.standardInput = FileHandle.nullDevice
    return process
  }

  static func run(_ arguments: [String], in folder: TemporaryFolder) async throws -> Result {
    try await blocking {
      let (process, output, errors) = (process(arguments, in: folder), Pipe(), Pipe())
      (process.standardOutput, process.standardError) = (output, errors)
      try process.run()
      let text = output.fileHandleForReading.allBytes()
      let words = errors.fileHandleForReading.allBytes()
      process.waitUntilExit()
      return Result(
        status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
        errors: String(decoding: words, as: UTF8.self))
    }
  }
}
