import Foundation

/// A program that is asked by a line and answers by a line.
final class LineProcess {
  struct Ended: Error, CustomStringConvertible {
    let program: String
    var description: String { "\(program) ended instead of answering; run it by hand to see why" }
  }

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var buffer = Data()

  /// - Parameter command: Looked up in `PATH`; its errors appear on ours.
  init(_ command: [String]) throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.terminate()
    process.waitUntilExit()
  }

  var facts: ProcessFacts { ProcessFacts(pid: process.processIdentifier) }

  /// Blocks until the answer is there: nothing else is to run meanwhile.
  func ask(_ question: String) throws -> String {
    try input.fileHandleForWriting.write(contentsOf: Data((question + "\n").utf8))
    return try line()
  }

  func figures(_ question: String) throws -> [Double] {
    try ask(question).split(separator: " ").compactMap { Double($0) }
  }

  func line() throws -> String {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        defer { buffer.removeSubrange(...end) }
        return String(decoding: buffer[..<end], as: UTF8.self)
      }
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else {
        throw Ended(program: process.arguments?.joined(separator: " ") ?? "")
      }
      buffer += more
    }
  }
}
