import Holdfast
import HoldfastPrograms

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
    switch request.command {
    case .status:
      try await connection.send(
        StatusReport(
          name: tree.root.name, pid: ProcessInfo.processInfo.processIdentifier, version: Version.current,
          programs: try tree.status(names)))
    case .tree: try await connection.send(tree.tree(request.format))
    case .start, .stop, .restart:
      try await tree.perform(request.command, names) { try await connection.send($0) }
    case .logs: try await logs(names, request.logs ?? LogQuery(), connection)
    case .reload: try await connection.send(try await tree.reload())
    case .version:
      try await connection.send(VersionReport(version: Version.current, protocol: ControlRequest.currentProtocol))
    }
  }

  private func logs(_ names: [String], _ query: LogQuery, _ connection: ControlConnection) async throws {
    let targets = names.isEmpty ? tree.resolver.all : try tree.resolver.resolve(names)
    let sources = targets.compactMap { target in
      tree.nursery.monitor(of: target.child).map { Source(child: target.child, monitor: $0, query: query) }
    }
    for line in sources.flatMap(\.past).sorted(by: { $0.time < $1.time }) { try await connection.send(line) }
    guard query.follow == true else { return }
    await withTaskGroup(of: Void.self) { group in
      for source in sources { group.addTask { await source.follow(connection) } }
      // The first to end is one whose client has gone.
      await group.next()
      group.cancelAll()
    }
  }

  /// One child whose output is asked for.
  private struct Source: Sendable {
    let child: String
    let selection: LogSelection
    let log: ProgramLog
    let lines: [ProgramLine]
    let next: UInt64

    init(child: String, monitor: ProgramMonitor, query: LogQuery) {
      self.child = child
      log = monitor.log
      lines = log.lines()
      next = lines.last.map { $0.sequence + 1 } ?? log.next
      selection = LogSelection(query: query, current: monitor.status.generation, now: Date())
    }

    var past: [LogLine] { selection.last(lines).map { LogLine($0, of: child) } }

    func follow(_ connection: ControlConnection) async {
      var dropped: UInt64 = 0
      for await entry in log.follow(from: next) {
        switch entry {
        case .dropped(let count): dropped += count
        case .line(let line) where selection.selects(line):
          let report = LogLine(line, of: child, dropped: dropped > 0 ? Int(dropped) : nil)
          guard (try? await connection.send(report)) != nil else { return }
          dropped = 0
        case .line: break
        }
      }
    }
  }
}

extension LogLine {
  fileprivate init(_ line: ProgramLine, of child: String, dropped: Int? = nil) {
    self.init(
      time: line.time, name: child, stream: LogQuery.Stream(rawValue: line.stream.rawValue) ?? .err, line: line.text,
      generation: line.generation, dropped: dropped)
  }
}
