import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Answers the requests of clients.
struct ControlHandler: Sendable {
  let tree: ProgramTree
  /// Nil when the file describes no jobs.
  let jobs: JobService?

  func handle(_ request: ControlRequest, _ connection: ControlConnection) async throws {
    let names = request.names ?? []
    try await connection.send(ReplyStart(within: tree.patience(request)))
    switch request.command {
    case .status:
      try await connection.send(
        StatusReport(
          name: tree.root.name, pid: ProcessInfo.processInfo.processIdentifier, version: Version.current,
          programs: try tree.status(names), queues: names.isEmpty ? try await jobs?.queueReports() : nil,
          schedules: names.isEmpty ? try await jobs?.scheduleDesk(for: "").list() : nil,
          alarms: names.isEmpty ? jobs?.alarms.summary : nil))
    case .tree: try await connection.send(tree.tree(request.format))
    case .start, .stop, .restart:
      try await tree.perform(request.command, names) { try await connection.send($0) }
    case .logs:
      try await LogReader(tree: tree, names: names, query: request.logs ?? LogQuery(), connection: connection).run()
    case .enqueue, .jobs, .job, .explain, .change, .tail, .queues, .queue, .nodes, .audit, .schedules,
      .alarms:
      guard let jobs else {
        throw Failure(
          .notFound,
          "this daemon has no jobs and no alarms: describe them under `jobs:` or `alarms:` in its file and start it again"
        )
      }
      try await JobRequests(service: jobs, connection: connection).handle(request)
    case .reload: try await connection.send(try await tree.reload())
    case .version:
      try await connection.send(VersionReport(version: Version.current, protocol: ControlRequest.currentProtocol))
    }
  }
}
