import Yams

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where commands find their daemon.
struct SocketLocation {
  let folder: String
  let environment: [String: String]
  /// The text of a file, nil when it cannot be read.
  let contents: (String) -> String?

  /// This process's own.
  static var current: SocketLocation {
    SocketLocation(
      folder: FileManager.default.currentDirectoryPath, environment: ProcessInfo.processInfo.environment,
      contents: { path in FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } })
  }

  /// `--socket`, else `HOLDFAST_SOCKET`, else through the `holdfast.yml` of the current folder.
  func find(_ option: String?) throws -> String {
    if let named = option ?? environment["HOLDFAST_SOCKET"], !named.isEmpty {
      return Paths.resolve(named, in: folder)
    }
    let file = Paths.resolve(ConfigurationFile.standardName, in: folder)
    guard let text = contents(file) else {
      throw Failure(
        .unreachable,
        "there is no holdfast.yml in \(folder): go to the folder of the daemon's file, or name its socket with --socket"
      )
    }
    // Only `state:` matters here; a file that is being edited must not hide a running daemon.
    let state = (try? compose(yaml: text))?["state"]?.scalar?.string ?? ".holdfast"
    return StateFolder.socket(in: Paths.resolve(state, in: folder))
  }
}
