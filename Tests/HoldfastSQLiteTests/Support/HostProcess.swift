import Foundation
import HoldfastTestSupport
import Synchronization

/// A process that works on a store, to be killed.
final class HostProcess: Sendable {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let lines: AsyncStream<String>

  /// - Parameters:
  ///   - arguments: See `StoreHost/main.swift`.
  ///   - limit: Lines after which it is killed, by the thread that reads them: a test that is slow to look at them must
  ///     not let it go on working.
  init(_ arguments: String..., killedAfter limit: Int = .max) throws {
    let continuation: AsyncStream<String>.Continuation
    (lines, continuation) = AsyncStream.makeStream()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.standardInput = input
    process.environment = ProcessInfo.processInfo.environment.merging(Self.backtraces) { $1 }
    process.standardOutput = output
    let reader = output.fileHandleForReading
    // A small pipe, so that it cannot run far ahead of who reads.
    _ = fcntl(reader.fileDescriptor, 1031 /* F_SETPIPE_SZ */, 4096)
    try process.run()
    let identifier = process.processIdentifier
    let patience = Self.patience(with: identifier)
    Thread.detachNewThread {
      Self.read(reader, killing: identifier, after: limit) { continuation.yield($0) }
      patience.cancel()
      continuation.finish()
    }
  }

  /// What hangs shall say where, and not keep everybody waiting.
  private static let backtraces = ["SWIFT_BACKTRACE": "enable=yes,threads=all,color=no,interactive=no,images=none"]

  /// Aborts a process that has not ended after two minutes; none needs more than a few seconds.
  private static func patience(with process: Int32) -> Task<Void, Never> {
    Task.detached {
      guard (try? await Task.sleep(for: .seconds(120))) != nil else { return }
      print("the process \(process) hangs, and is aborted")
      Foundation.kill(process, SIGABRT)
    }
  }

  private static func read(
    _ reader: FileHandle, killing process: Int32, after limit: Int, _ take: (String) -> Void
  ) {
    var (rest, count) = ("", 0)
    while case let data = reader.bytes(), !data.isEmpty {
      var parts = (rest + String(decoding: data, as: UTF8.self))
        .split(separator: "\n", omittingEmptySubsequences: false)
      rest = String(parts.removeLast())
      for part in parts {
        take(String(part))
        count += 1
        if count == limit { Foundation.kill(process, SIGKILL) }
      }
    }
  }

  deinit { kill() }

  /// It lies beside the tests.
  private static var executable: URL {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "StoreHost")
  }

  /// The first line.
  func firstLine() async -> String? {
    for await line in lines { return line }
    return nil
  }

  /// Waits for its end, and gives everything it said.
  func finished() async -> [String] {
    var said: [String] = []
    for await line in lines { said.append(line) }
    return said
  }

  /// Everything up to a line, which is the last one if it never comes.
  func lines(until wanted: String) async -> [String] {
    var said: [String] = []
    for await line in lines {
      said.append(line)
      if line == wanted { break }
    }
    return said
  }

  /// Gives it a line to read.
  func send(_ line: String) { input.fileHandleForWriting.write(Data((line + "\n").utf8)) }

  func signal(_ number: Int32) { Foundation.kill(process.processIdentifier, number) }

  func kill() {
    if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
  }

  var identifier: Int32 { process.processIdentifier }

  func end() { try? input.fileHandleForWriting.close() }
}
