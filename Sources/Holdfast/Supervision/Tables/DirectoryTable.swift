#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A folder of files as a table: one row for each file, named by it, changed with its contents.
///
/// ```swift
/// let feeds = DirectoryTable("/etc/feeds") { name, data in try JSONDecoder().decode(Feed.self, from: data) }
/// ```
///
/// Hidden files and folders inside it are left out. Changes are noticed within a tenth of a second on Linux (inotify, 50 ms
/// of quiet so that half-written files are not read), within a second elsewhere. While the folder cannot be read,
/// nothing that runs is stopped; it may disappear and come back.
public struct DirectoryTable<Value: Sendable>: ChildTable {
  /// The folder.
  public let path: String
  /// Larger files are bad rows, in bytes.
  public let largestFile: Int
  private let decode: @Sendable (_ name: String, _ data: Data) throws -> Value

  /// A table of a folder's files; nothing is read yet, and the folder need not exist.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - largestFile: Larger files are bad rows, in bytes. Default 1 MiB.
  ///   - decode: Makes a value from a file's name and contents; what it throws fails that row only.
  public init(
    _ path: String, largestFile: Int = 1 << 20,
    decode: @escaping @Sendable (_ name: String, _ data: Data) throws -> Value
  ) {
    self.path = path
    self.largestFile = largestFile
    self.decode = decode
  }

  /// See ``ChildTable/rows()``; fails when the folder cannot be read.
  public func rows() -> AsyncThrowingStream<TableEntry<String, Value>, any Error> {
    AsyncThrowingStream { continuation in
      do {
        for name in try names() { if let entry = entry(name) { continuation.yield(entry) } }
        continuation.finish()
      } catch {
        continuation.finish(throwing: DirectoryUnreadable(path: path, underlying: error))
      }
    }
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
  }

  /// A file that disappeared meanwhile is no row; one that cannot be read or decoded is a bad one.
  private func entry(_ name: String) -> TableEntry<String, Value>? {
    do { return try read(name).map { .row($0) } } catch { return .failure(name, error) }
  }

  /// See ``ChildTable/row(for:)``.
  public func row(for key: String) throws -> TableRow<String, Value>? {
    guard !key.contains("/"), !key.hasPrefix(".") else { return nil }
    return try read(key)
  }

  /// See ``ChildTable/changes()``: after anything in the folder changed and 50 ms passed, everything is looked at.
  public func changes() -> (any AsyncSequence<TableChange<String>, any Error>)? {
    DirectoryWatch.changes(of: path)
  }

  private func read(_ name: String) throws -> TableRow<String, Value>? {
    let file = path + "/" + name
    let attributes: [FileAttributeKey: Any]
    do {
      attributes = try FileManager.default.attributesOfItem(atPath: file)
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
      return nil
    }
    if attributes[.type] as? FileAttributeType == .typeDirectory { return nil }
    if let size = attributes[.size] as? Int, size > largestFile { throw FileTooLarge(size: size, largest: largestFile) }
    let data = try Data(contentsOf: URL(filePath: file))
    return TableRow(name, revision: Self.revision(of: data), try decode(name, data))
  }

  /// Equal contents are the same revision, however often a file is written or touched.
  private static func revision(of data: Data) -> String {
    let hash = StableHash.of(data)
    return "\(data.count)-\(String(hash, radix: 16))"
  }
}

/// A folder that cannot be read: nothing is stopped for it.
struct DirectoryUnreadable: Error, CustomStringConvertible {
  let path: String
  let underlying: any Error
  var description: String { "the folder \(path) cannot be read; create it, or check its permissions: \(underlying)" }
}

/// A file beyond the table's limit.
struct FileTooLarge: Error, CustomStringConvertible {
  let size: Int
  let largest: Int
  var description: String { "\(size) bytes exceed the table's limit of \(largest); raise largestFile, or shorten it" }
}
