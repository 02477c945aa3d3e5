import Foundation
import Testing

/// What the README shows is what the compiler has seen.
@Suite struct ReadmeTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  @Test func `the README's example compiles`() throws {
    let readme = try lines(of: "../../../README.md")
    let source = try lines(of: "ReadmeExample.swift")
    let shown = between("```swift", "```", in: readme).filter { !$0.hasPrefix("import ") }
    #expect(!shown.isEmpty)
    #expect(shown == between("// README begins", "// README ends", in: source))
  }

  private func lines(of path: String) throws -> [String] {
    try String(contentsOf: Self.folder.appending(path: path), encoding: .utf8).components(separatedBy: "\n")
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private func between(_ first: String, _ last: String, in lines: [String]) -> [String] {
    let rest = lines.drop { $0 != first }.dropFirst()
    return rest.prefix { $0 != last }.filter { !$0.isEmpty }
  }
}
