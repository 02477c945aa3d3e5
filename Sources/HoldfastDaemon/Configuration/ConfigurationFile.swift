import HoldfastPrograms

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads and checks configuration files on disk.
enum ConfigurationFile {
  static let standardName = "holdfast.yml"
  /// Larger files are refused: they are no configuration.
  static let sizeLimit = 1 << 20

  /// - Throws: ``ConfigurationError`` with every problem found.
  static func load(_ file: String) throws -> Configuration {
    let path = Paths.resolve(file, in: FileManager.default.currentDirectoryPath)
    let reader = ConfigurationReader(file: file, path: path, surroundings: .machine)
    let text = try text(of: file, ifMissing: "write one with `holdfast init`, or name another")
    return try reader.read(text)
  }

  /// The text of a file.
  ///
  /// - Throws: ``ConfigurationError`` when it cannot be read, is too large or no text.
  static func text(of file: String, ifMissing advice: String) throws -> String {
    let path = Paths.resolve(file, in: FileManager.default.currentDirectoryPath)
    guard FileManager.default.fileExists(atPath: path) else {
      throw refusal(file, "there is no such file; \(advice)")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw refusal(file, "cannot be read; check that it is a file and its permissions")
    }
    guard data.count <= sizeLimit else { throw refusal(file, "is larger than 1 MiB, which no file of ours is") }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw refusal(file, "is not UTF-8 text; save it as UTF-8")
    }
    return text
  }

  private static func refusal(_ file: String, _ message: String) -> ConfigurationError {
    ConfigurationError(file: file, problems: [Problem(message)])
  }
}

extension Surroundings {
  /// The machine that this process runs on.
  static var machine: Surroundings {
    Surroundings(
      environment: ProcessInfo.processInfo.environment,
      isExecutable: { !FileStatus.isFolder($0) && FileManager.default.isExecutableFile(atPath: $0) },
      isFolder: FileStatus.isFolder, hasUser: Accounts.hasUser, hasGroup: Accounts.hasGroup)
  }
}
