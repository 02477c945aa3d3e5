import Holdfast

/// What there is to say of every queue; read from the counts that each write keeps.
struct QueueReport {
  private let reader: Reader
  private let pauses: [QueuePause]
  private let settings: [QueueScope: QueueSettings]

  init(_ reader: Reader) throws {
    self.reader = reader
    pauses = try reader.pauses()
    settings = try reader.settings()
  }

  /// Queues with jobs, and queues that a pause or a setting names.
  func statuses() throws -> [QueueStatus] {
    var counts: [QueueScope: [JobState: Int]] = [:]
    var lanes: [QueueScope: Lane] = [:]
    for (lane, state, count) in try reader.counts() {
      let scope = QueueScope(partition: lane.partition, queue: lane.queue)
      counts[scope, default: [:]][state] = count
      lanes[scope] = lane
    }
    let named = (pauses.map(\.scope) + settings.keys).filter { $0.partition != nil && $0.queue != nil }
    return try Set(counts.keys).union(named).sorted(by: QueueScope.precedes).map { scope in
      try status(scope, counts[scope] ?? [:], lanes[scope])
    }
  }

  private func status(_ scope: QueueScope, _ counts: [JobState: Int], _ lane: Lane?) throws -> QueueStatus {
    let (partition, queue) = (scope.partition ?? "", scope.queue ?? "")
    return QueueStatus(
      partition: partition, queue: queue, counts: counts, nextDue: try lane.flatMap(nextDue),
      pauses: pauses.filter { $0.scope.contains(partition: partition, queue: queue) }, settings: effective(scope))
  }

  private func nextDue(of lane: Lane) throws -> WallTime? {
    let select = try reader.connection.statement(JobSQL.nextRank)
    var rank: Int64 = .min
    var due: WallTime?
    while true {
      select.bind(1, lane.id)
      select.bind(2, rank)
      guard let next = try select.first({ ($0.int(0), WallTime(microseconds: $0.int(1))) }) else { return due }
      rank = next.0
      due = min(due ?? next.1, next.1)
    }
  }

  private func effective(_ scope: QueueScope) -> QueueSettings? {
    let all = QueueScope.scopes(scope.partition ?? "", scope.queue ?? "").compactMap { settings[$0] }
    guard !all.isEmpty else { return nil }
    return all.reversed().reduce(into: QueueSettings(scope)) { $0.merge($1) }
  }
}
