import HoldfastPrograms

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Answers `logs`: the lines there are, and with `-f` those to come, also of programs that a reload adds.
struct LogReader: Sendable {
  let tree: ProgramTree
  /// Empty means all.
  let names: [String]
  let query: LogQuery
  let connection: ControlConnection

  /// Returns when everything is sent; with `-f` when all programs that were named are gone from the file.
  func run() async throws {
    _ = try tree.resolver.resolve(names)
    let changes = tree.nursery.changes()
    let sources = monitors.map { ($0, Source($0, $1, query)) }
    for line in sources.flatMap(\.1.past).sorted(by: { $0.time < $1.time }) { try await connection.send(line) }
    guard query.follow == true else { return }
    try await withThrowingDiscardingTaskGroup { group in
      var followed: [String: ProgramMonitor] = [:]
      for (child, source) in sources {
        followed[child] = source.monitor
        group.addTask { try await source.follow(connection) }
      }
      for await _ in changes {
        if !names.isEmpty, targets.isEmpty { break }
        for (child, monitor) in monitors where followed[child] !== monitor {
          followed[child] = monitor
          group.addTask { try await Source(child, monitor, query, isNew: true).follow(connection) }
        }
      }
    }
  }

  /// What the names mean now; those that mean nothing any more are left out.
  private var targets: [NameResolver.Target] {
    let resolver = tree.resolver
    return names.isEmpty ? resolver.all : names.flatMap { (try? resolver.resolve([$0])) ?? [] }
  }

  private var monitors: [(String, ProgramMonitor)] {
    targets.compactMap { target in tree.nursery.monitor(of: target.child).map { (target.child, $0) } }
  }
}

extension LogReader {
  /// One child whose output is asked for.
  private struct Source: Sendable {
    let child: String
    let monitor: ProgramMonitor
    private let selection: LogSelection
    private let lines: [ProgramLine]
    private let next: UInt64

    /// A new one is followed from its first line.
    init(_ child: String, _ monitor: ProgramMonitor, _ query: LogQuery, isNew: Bool = false) {
      self.child = child
      self.monitor = monitor
      lines = isNew ? [] : monitor.log.lines()
      next = isNew ? 1 : lines.last.map { $0.sequence + 1 } ?? monitor.log.next
      selection = LogSelection(query: query, current: monitor.status.generation, now: Date())
    }

    var past: [LogLine] { selection.last(lines).map { LogLine($0, of: child) } }

    /// Throws when the client has gone; returns when the program has.
    func follow(_ connection: ControlConnection) async throws {
      var dropped: UInt64 = 0
      for await entry in monitor.log.follow(from: next) {
        switch entry {
        case .dropped(let count): dropped += count
        case .line(let line) where selection.selects(line):
          try await connection.send(LogLine(line, of: child, dropped: dropped > 0 ? Int(dropped) : nil))
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
