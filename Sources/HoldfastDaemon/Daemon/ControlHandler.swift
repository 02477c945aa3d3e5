import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Answers the requests of clients.
struct ControlHandler: Sendable {
  let tree: ProgramTree

  func handle(_ request: ControlRequest, _ connection: ControlConnection) async throws {
    let names = request.names ?? []
    try await connection.send(ReplyStart(within: tree.patience(request)))
    switch request.command {
    case .status:
      try await connection.send(
        StatusReport(
          name: tree.root.name, pid: ProcessInfo.processInfo.processIdentifier, version: Version.current,
          programs: try tree.status(names)))
    case .tree: try await connection.send(tree.tree(request.format))
    case .start, .stop, .restart:
      try await tree.perform(request.command, names) { try await connection.send($0) }
    case .logs:
      try await LogReader(tree: tree, names: names, query: request.logs ?? LogQuery(), connection: connection).run()
    case .reload: try await connection.send(try await tree.reload())
    case .version:
      try await connection.send(VersionReport(version: Version.current, protocol: ControlRequest.currentProtocol))
    }
  }
}
