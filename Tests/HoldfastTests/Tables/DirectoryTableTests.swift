import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// A real folder that is removed afterwards.
final class Folder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/holdfast-" + UUID().uuidString
    try make()
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func make() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
  }
  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }
}

@Suite(.timeLimit(.minutes(10))) struct DirectoryTableTests {
  private func table(_ folder: Folder, largestFile: Int = 1 << 20) -> DirectoryTable<String> {
    DirectoryTable(folder.path, largestFile: largestFile) { name, data in
      guard let text = String(bytes: data, encoding: .utf8), !text.isEmpty else { throw Broken(name: name) }
      return "\(name)=\(text)"
    }
  }

  private func read(_ table: DirectoryTable<String>) async throws -> [String: String] {
    var found: [String: String] = [:]
    for try await entry in table.rows() {
      switch entry {
      case .row(let row): found[row.key] = row.value
      case .failure(let key, _): found[key ?? ""] = "bad"
      }
    }
    return found
  }

  @Test func `each file is a row, and a bad one fails alone`() async throws {
    let folder = try Folder()
    try folder.write("1", to: "a")
    try folder.write("", to: "empty")
    try folder.write("too long", to: "large")
    try folder.write("x", to: ".hidden")
    try FileManager.default.createDirectory(atPath: folder.path + "/sub", withIntermediateDirectories: true)
    let found = try await read(table(folder, largestFile: 4))
    #expect(found == ["a": "a=1", "empty": "bad", "large": "bad"])
  }

  @Test func `a revision follows the contents, not the time`() throws {
    let folder = try Folder()
    let table = table(folder)
    try folder.write("1", to: "a")
    let first = try table.row(for: "a")?.revision
    try folder.write("1", to: "a")
    #expect(try table.row(for: "a")?.revision == first)
    try folder.write("2", to: "a")
    #expect(try table.row(for: "a")?.revision != first)
    try folder.remove("a")
    #expect(try table.row(for: "a") == nil)
    #expect(try table.row(for: "../a") == nil)
  }

  @Test func `a folder that does not exist is an error, not an empty table`() async throws {
    let folder = try Folder()
    try FileManager.default.removeItem(atPath: folder.path)
    await #expect(throws: DirectoryUnreadable.self) { try await read(table(folder)) }
  }

  @Test func `files that come, change and go start, replace and stop their children`() async throws {
    let folder = try Folder()
    try folder.write("1", to: "a")
    let (tables, instances) = supervisor(folder)
    let run = Task { try await tables.run() }
    await eventually { instances.live == ["a=1": 1] }
    try folder.write("1", to: "b")
    await eventually { instances.live == ["a=1": 1, "b=1": 1] }
    try folder.write("2", to: "a")
    await eventually { instances.live == ["a=2": 1, "b=1": 1] }
    try folder.remove("b")
    await eventually { instances.live == ["a=2": 1] }
    #expect(instances.most == 1)
    tables.stop()
    try await run.value
  }

  @Test func `a folder that disappears stops nothing, and is followed again when it is back`() async throws {
    let folder = try Folder()
    try folder.write("1", to: "a")
    let (tables, instances) = supervisor(folder)
    let recorder = EventRecorder(tables)
    let run = Task { try await tables.run() }
    await eventually { instances.live == ["a=1": 1] }
    try FileManager.default.moveItem(atPath: folder.path, toPath: folder.path + ".away")
    try await recorder.wait(for: "table")
    #expect(instances.live == ["a=1": 1])
    try FileManager.default.removeItem(atPath: folder.path + ".away")
    try folder.make()
    try folder.write("3", to: "c")
    await eventually { instances.live == ["c=3": 1] }
    tables.stop()
    try await run.value
  }

  private func supervisor(_ folder: Folder) -> (TableSupervisor<DirectoryTable<String>, Void>, Instances) {
    let instances = Instances()
    var options = Child.Options.row
    options.readiness = .signalled
    return (TableSupervisor("feeds", table(folder), options: options, body: instances.run), instances)
  }
}
