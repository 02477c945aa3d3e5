import Foundation

/// A folder of its own for one test, gone with the value.
final class TemporaryFolder: Sendable {
  let path: String

  init(depth: Int = 0) throws {
    path =
      "/tmp/holdfast-" + UUID().uuidString + String(repeating: "/" + String(repeating: "d", count: 60), count: depth)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    let root = path.split(separator: "/").prefix(2).joined(separator: "/")
    try? FileManager.default.removeItem(atPath: "/" + root)
  }

  func write(_ text: String, to name: String, executable: Bool = false) throws {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(filePath: file))
    if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file) }
  }

  func mode(of name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
  }
}
