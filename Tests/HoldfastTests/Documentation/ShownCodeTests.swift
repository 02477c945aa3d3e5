import Foundation
import Testing

/// The n-th block of Swift in a document, and the test whose marked lines it repeats.
private let shown: [(document: String, block: Int, source: String)] = [
  ("README.md", 0, "HoldfastTests/Documentation/ReadmeExample.swift"),
  ("README.md", 1, "HoldfastSQLiteTests/Documentation/JobsArticleTests.swift"),
  ("README.md", 2, "HoldfastTests/Documentation/SchedulesArticleTests.swift"),
  ("README.md", 3, "HoldfastTests/Documentation/AlarmsArticleTests.swift"),
  ("Sources/Holdfast/Holdfast.docc/Jobs.md", 0, "HoldfastSQLiteTests/Documentation/JobsArticleTests.swift"),
  ("Sources/Holdfast/Holdfast.docc/Scheduling.md", 0, "HoldfastTests/Documentation/SchedulesArticleTests.swift"),
  ("Sources/Holdfast/Holdfast.docc/Testing.md", 0, "HoldfastTests/Documentation/TestingArticleTests.swift"),
]

/// What documents show is what the compiler has seen.
struct ShownCodeTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

  @Test(arguments: shown.indices) func `code in documents is word for word code that compiles`(row: Int) throws {
    let (document, block, source) = shown[row]
    let blocks = Self.blocks(try Self.lines(of: document), from: "```swift", to: "```")
    let compiled = Self.blocks(
      try Self.lines(of: "Tests/" + source), from: "// The article begins", to: "// The article ends")
    try #require(blocks.count > block && compiled.count == 1)
    #expect(blocks[block].filter { !$0.hasPrefix("import ") } == compiled[0])
  }

  @Test func `every block of Swift in the README is compared`() throws {
    let blocks = Self.blocks(try Self.lines(of: "README.md"), from: "```swift", to: "```")
    #expect(blocks.count == shown.count { $0.document == "README.md" })
  }

  /// Without indentation, which differs.
  private static func lines(of path: String) throws -> [String] {
    try String(contentsOf: root.appending(path: path), encoding: .utf8).components(separatedBy: "\n")
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private static func blocks(_ lines: [String], from first: String, to last: String) -> [[String]] {
    var blocks: [[String]] = []
    var isInside = false
    for line in lines where !line.isEmpty {
      switch line {
      case first: (isInside, blocks) = (true, blocks + [[]])
      case last: isInside = false
      default: if isInside { blocks[blocks.count - 1].append(line) }
      }
    }
    return blocks
  }
}
