#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder with the system's time zone files.
struct ZoneFolder: Sendable {
  let path: String

  /// `$TZDIR`, else the first usual place that exists.
  static let system: ZoneFolder? = {
    let usual = [
      "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/var/db/timezone/zoneinfo",
      "/etc/zoneinfo",
    ]
    let wanted = ProcessInfo.processInfo.environment["TZDIR"].map { [$0] } ?? []
    return (wanted + usual).first { FileManager.default.fileExists(atPath: $0) }.map { ZoneFolder(path: $0) }
  }()

  /// Where zones are read from: the system's files, unless a test brings its own.
  @TaskLocal static var current: ZoneFolder? = system

  /// Nil when there is no such zone. The name is validated before the file system sees it.
  func table(_ name: String) -> ZoneTable? {
    guard Self.isWellFormed(name), let data = FileManager.default.contents(atPath: path + "/" + name) else {
      return nil
    }
    return ZoneFile.table(Array(data))
  }

  /// Letters, digits, `_`, `+`, `-` in parts between slashes: nothing that leaves the folder.
  static func isWellFormed(_ name: String) -> Bool {
    guard (1...64).contains(name.utf8.count) else { return false }
    return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy(isNameByte)
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// The names of all zones, sorted.
  func names() -> [String] {
    var found: [String] = []
    collect("", into: &found)
    return found.sorted()
  }

  /// Not zones of their own: the same again with and without leap seconds, and two links to this machine's choice.
  private static let others: Set<String> = ["posix", "right", "localtime", "posixrules", "Factory"]

  private func collect(_ folder: String, into found: inout [String]) {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []
    for entry in entries where !(folder.isEmpty && Self.others.contains(entry)) {
      let name = folder + entry
      guard Self.isWellFormed(name) else { continue }
      var isFolder = false
      _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
      if isFolder { collect(name + "/", into: &found) } else if isZone(name) { found.append(name) }
    }
  }

  private func isZone(_ name: String) -> Bool {
    FileManager.default.contents(atPath: path + "/" + name)?.prefix(4).elementsEqual("TZif".utf8) ?? false
  }
}
