import Foundation
import Synchronization

/// A process that works on a store, to be killed.
final class HostProcess: Sendable {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let lines: AsyncStream<String>

  /// - Parameter arguments: See `StoreHost/main.swift`.
  init(_ arguments: String...) throws {
    let continuation: AsyncStream<String>.Continuation
    (lines, continuation) = AsyncStream.makeStream()
    let reader = output.fileHandleForReading
    process.executableURL = Self.executable
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    Thread.detachNewThread {
      var rest = ""
      while case let data = reader.availableData, !data.isEmpty {
        var parts = (rest + String(decoding: data, as: UTF8.self)).split(
          separator: "\n", omittingEmptySubsequences: false)
        rest = String(parts.removeLast())
        for part in parts { continuation.yield(String(part)) }
      }
      continuation.finish()
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

  /// Lets it work until it has said so many lines, kills it, and gives everything it said.
  func killed(after count: Int) async -> [String] {
    var said: [String] = []
    for await line in lines {
      said.append(line)
      if said.count == count { kill() }
    }
    return said
  }

  /// Waits for its end, and gives everything it said.
  func finished() async -> [String] { await killed(after: .max) }

  func kill() {
    if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
  }

  var identifier: Int32 { process.processIdentifier }

  func end() { try? input.fileHandleForWriting.close() }
}
