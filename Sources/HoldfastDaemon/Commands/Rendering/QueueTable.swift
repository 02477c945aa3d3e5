#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `holdfast queues list` for people.
enum QueueTable {
  static let header = [
    "QUEUE", "WORKERS", "RUNNING", "QUEUED", "WAITING", "NEXT", "ENDED", "DISCARDED", "PARKED", "NOTE",
  ]

  static func lines(_ queues: [QueueReport], for terminal: Terminal, now: Date = Date()) -> [String] {
    if queues.isEmpty { return ["no queues"] }
    var table = Table(header: header)
    table.rows = queues.map { row($0, now) }
    return table.lines(for: terminal)
  }

  /// One line a queue, for `holdfast status`: `mail: 1 of 2 running, 5 queued; paused by root`.
  static func summary(_ queue: QueueReport, for terminal: Terminal, now: Date = Date()) -> String {
    let running = queue.jobs["executing"] ?? 0
    let states = ["queued", "waiting", "discarded", "parked"].compactMap { state in
      queue.jobs[state].map { "\($0) \(state)" }
    }
    let counts = ["\(running)\(queue.workers.map { " of \($0)" } ?? "") running"] + states
    let next = queue.nextDue.flatMap { $0 > now ? "next \(Timestamp.distance($0, from: now))" : nil }
    let note = note(queue, now)
    let text = (counts + [next].compactMap { $0 }).joined(separator: ", ")
    return "queue \(name(queue)): \(text)"
      + (note.isEmpty ? "" : "; " + terminal.paint(note, queue.pauses.isEmpty ? nil : .yellow))
  }

  private static func row(_ queue: QueueReport, _ now: Date) -> [Table.Cell] {
    func count(_ state: String, _ colour: Terminal.Colour? = nil) -> Table.Cell {
      let number = queue.jobs[state] ?? 0
      return Table.Cell("\(number)", number > 0 ? colour : nil)
    }
    return [
      Table.Cell(name(queue)),
      Table.Cell(queue.workers.map(String.init) ?? "-"),
      count("executing", .green), count("queued"), count("waiting", .yellow),
      Table.Cell(queue.nextDue.map { Timestamp.distance($0, from: now) } ?? "-"),
      Table.Cell("\((queue.jobs["completed"] ?? 0) + (queue.jobs["cancelled"] ?? 0))"),
      count("discarded", .red), count("parked", .red),
      Table.Cell(note(queue, now), queue.pauses.isEmpty ? nil : .yellow),
    ]
  }

  /// The tenant is named where there is more than the one that everybody has.
  private static func name(_ queue: QueueReport) -> String {
    let partition = queue.partition.flatMap { $0 == "default" ? nil : $0 + "/" }
    return Terminal.harmless((partition ?? "") + queue.queue)
  }

  /// Who paused it, and its limits.
  static func note(_ queue: QueueReport, _ now: Date) -> String {
    let pauses = queue.pauses.map { pause in
      "\(pause.scope) paused by \(pause.by) \(Timestamp.distance(pause.at, from: now))"
        + (pause.note.map { ": \($0)" } ?? "")
    }
    let limits = [
      queue.limit.map { "limit \($0)" }, queue.rate.map { "rate \($0)" }, queue.weight.map { "weight \($0)" },
    ].compactMap { $0 }
    return Terminal.harmless((pauses + limits).joined(separator: ", "))
  }
}

/// `holdfast nodes` for people.
enum NodeTable {
  static func lines(_ nodes: [NodeReport], for terminal: Terminal, now: Date = Date()) -> [String] {
    if nodes.isEmpty { return ["no node runs jobs"] }
    var table = Table(header: ["NODE", "RUNNING", "SINCE", "SEEN", "KINDS"])
    table.rows = nodes.map { node in
      [
        Table.Cell(Terminal.harmless(node.name)), Table.Cell("\(node.executing)"),
        Table.Cell(Timestamp.distance(node.since, from: now)), Table.Cell(Timestamp.distance(node.seen, from: now)),
        Table.Cell(Terminal.harmless(node.kinds.joined(separator: ", "))),
      ]
    }
    return table.lines(for: terminal)
  }
}

/// `holdfast audit` for people.
enum AuditTable {
  static func lines(_ entries: [AuditReport], for terminal: Terminal) -> [String] {
    if entries.isEmpty { return ["nothing was changed yet"] }
    var table = Table(header: ["TIME", "WHO", "WHAT", "TARGET", "DETAIL"])
    table.rows = entries.map { entry in
      [Timestamp.iso(entry.at), entry.actor, entry.action, entry.target, entry.detail].map {
        Table.Cell(Terminal.harmless($0))
      }
    }
    return table.lines(for: terminal)
  }
}
