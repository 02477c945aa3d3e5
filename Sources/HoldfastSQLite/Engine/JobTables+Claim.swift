import Holdfast

/// What one demand brought.
struct Served {
  var claims: [JobClaim] = []
  /// When something could be taken that could not be taken now.
  var next: WallTime?

  mutating func mayTake(at time: WallTime) { next = min(next ?? time, time) }
}

extension JobTables {
  /// Gives a node what one of its pools would take: due jobs first, then some that will soon be due.
  func serve(_ demand: JobDemand, lookahead: Duration, to node: AttachedNode) throws -> Served {
    var served = Served()
    var due = ClaimRound(demand: demand, node: node, wanted: demand.count, horizon: now)
    try take(&due, into: &served)
    // No worker is left for the rest.
    try writeArrivals { $0.queue == demand.queue }
    let lookahead = demand.ahead > 0 ? max(.zero, lookahead) : .zero
    var ahead = ClaimRound(demand: demand, node: node, wanted: demand.ahead, horizon: now.advanced(by: lookahead))
    ahead.onlyAhead = true
    try take(&ahead, into: &served)
    let passes = { (lane: Lane) in demand.partitions.contains(lane.partition) && !self.rules.isPaused(lane) }
    if let next = book.earliest(demand.queue, where: passes) {
      let early = next.advanced(by: .zero - lookahead)
      served.mayTake(at: early > now ? early : next)
    }
    return served
  }

  /// Takes jobs lane by lane, in turn, until there are enough or none is left.
  private func take(_ round: inout ClaimRound, into served: inout Served) throws {
    let queue = round.demand.queue
    guard round.wanted > 0 else { return }
    served.claims.reserveCapacity(min(round.wanted, Crowd.most))
    let advanced = book.advance(queue, to: round.horizon, atMost: round.onlyAhead ? round.wanted : nil)
    defer { book.endRound(queue) }
    while round.wanted > 0, let lane = book.next(queue) {
      guard round.demand.partitions.contains(lane.partition) else {
        book.skip(lane)
        continue
      }
      switch rules.allowance(of: lane, at: now) {
      case .none: book.skip(lane)
      case .until(let time):
        served.mayTake(at: time)
        book.skip(lane)
      case .jobs(let allowed): try takeTurn(of: lane, atMost: allowed, &round, &served)
      }
      guard round.budget > 0 else {
        served.mayTake(at: now)
        break
      }
    }
    try writeTaken(&round.taken)
    for (lane, rest) in round.exhausted where round.isEmpty(lane) { book.rest(lane, until: rest) }
    if round.onlyAhead { try putBack(advanced, round) }
  }

  /// Lanes that were looked at only ahead of time rest again until then.
  private func putBack(_ lanes: [(Lane, WallTime)], _ round: ClaimRound) throws {
    for (lane, due) in lanes where book.isActive(lane) {
      let due = round.hasRead(lane) ? try firstDue(lane) : due
      if let due, due <= now { continue }
      book.rest(lane, until: due)
    }
  }

  /// One lane's turn: a job, or as many as there are where no other lane has any.
  private func takeTurn(of lane: Lane, atMost allowed: Int, _ round: inout ClaimRound, _ served: inout Served) throws {
    let lanes = max(1, book.activeCount(lane.queue))
    if round.isEmpty(lane) {
      if round.overdue.contains(lane) { return book.skip(lane) }
      if let rest = round.exhausted[lane] { return book.rest(lane, until: rest) }
      try refill(lane, min(allowed, max(1, (round.wanted + lanes - 1) / lanes)), &round)
      if round.isEmpty(lane) {
        return round.overdue.contains(lane) ? book.skip(lane) : book.rest(lane, until: round.exhausted[lane] ?? nil)
      }
    }
    try take(round.pop(lane, atMost: lanes == 1 ? min(allowed, round.wanted) : 1), of: lane, &round, &served)
  }

  private func take(
    _ rows: ArraySlice<JobRow>, of lane: Lane, _ round: inout ClaimRound, _ served: inout Served
  ) throws {
    var count = 0
    for row in rows {
      round.budget -= 1
      guard try admits(row) else {
        try makeWait(row)
        continue
      }
      served.claims.append(JobClaim(pool: round.demand.pool, job: try take(row, by: round.node, &round.taken)))
      rules.start(lane, at: now)
      count += 1
    }
    round.wanted -= count
    book.charge(lane, count)
  }

  /// Reads candidates of a lane: by priority, then due time, then number.
  ///
  /// Ahead of time, a lane in which something is overdue gives only what has no execution key (SC8), and is read once.
  private func refill(_ lane: Lane, _ count: Int, _ round: inout ClaimRound) throws {
    try writeTaken(&round.taken)
    if let arrived = try candidates(arrivingIn: lane, count, by: round.horizon) {
      if arrived.isAll { round.exhausted[lane] = .some(arrived.rest) }
      return round.fill(lane, arrived.rows)
    }
    var rank: Int64 = .min
    var rest: WallTime?
    var found: [JobRow] = []
    while found.count < count, let next = try nextRank(lane, after: rank) {
      rank = next.rank
      if next.due > round.horizon {
        rest = min(rest ?? next.due, next.due)
        continue
      }
      if round.onlyAhead, next.due <= now { round.overdue.insert(lane) }
      let asked = count - found.count
      if round.overdue.contains(lane) {
        found += try onTime(lane, rank, round.horizon, asked)
        continue
      }
      let rows = try candidates(lane, rank, .distantPast, round.horizon, asked)
      found += rows
      guard rows.count < asked else { break }
      if let due = try nextDue(lane, rank, after: round.horizon) { rest = min(rest ?? due, due) }
    }
    if found.count < count, !round.overdue.contains(lane) { round.exhausted[lane] = .some(rest) }
    round.fill(lane, found)
  }

  /// What will be due soon and may go before what is overdue.
  private func onTime(_ lane: Lane, _ rank: Int64, _ horizon: WallTime, _ count: Int) throws -> [JobRow] {
    let rows = try candidates(lane, rank, now.advanced(by: .microseconds(1)), horizon, count + Self.patience)
    return Array(rows.lazy.filter { $0.record.executionKey == nil }.prefix(count))
  }

  /// Jobs with execution keys that are passed over while looking ahead.
  private static let patience = 64

  // MARK: Statements

  private func nextRank(_ lane: Lane, after rank: Int64) throws -> (rank: Int64, due: WallTime)? {
    let select = try connection.statement(JobSQL.nextRank)
    select.bind(1, lane.id)
    select.bind(2, rank)
    return try select.first { ($0.int(0), WallTime(microseconds: $0.int(1))) }
  }

  private func nextDue(_ lane: Lane, _ rank: Int64, after due: WallTime) throws -> WallTime? {
    let select = try connection.statement(JobSQL.nextDue)
    select.bind(1, lane.id)
    select.bind(2, rank)
    select.bind(3, due.microseconds)
    return try select.first { WallTime(microseconds: $0.int(0)) }
  }

  private func candidates(
    _ lane: Lane, _ rank: Int64, _ start: WallTime, _ horizon: WallTime, _ count: Int
  ) throws -> [JobRow] {
    let select = try connection.statement(JobSQL.candidates)
    select.bind(1, lane.id)
    select.bind(2, rank)
    select.bind(3, horizon.microseconds)
    select.bind(4, count)
    select.bind(5, start.microseconds)
    return try select.rows(read)
  }

  /// When the first queued job of a lane is due.
  private func firstDue(_ lane: Lane) throws -> WallTime? {
    var (rank, due): (Int64, WallTime?) = (.min, nil)
    while let next = try nextRank(lane, after: rank) {
      rank = next.rank
      due = min(due ?? next.due, next.due)
    }
    return due
  }

  /// Looks again at lanes that somebody else wrote to.
  func look(at lane: Lane) throws {
    if let due = try firstDue(lane) { note(lane, due: due) }
  }
}

/// One demand while it is served: what is still wanted, and what was read and not taken yet.
private struct ClaimRound {
  let demand: JobDemand
  let node: AttachedNode
  var wanted: Int
  var horizon: WallTime
  /// Only what is not due yet.
  var onlyAhead = false
  var taken = Taken()
  /// Candidates that may still be looked at: those whose key is taken cost one each. What is left over is looked at in
  /// the next transaction; it makes progress, because waiting jobs leave the index.
  var budget: Int
  private var rows: [Int64: ArraySlice<JobRow>] = [:]
  /// Lanes that were looked at ahead of time and have something that is due.
  var overdue: Set<Lane> = []
  /// Lanes of which everything was read, and when they have something due again.
  var exhausted: [Lane: WallTime?] = [:]

  init(demand: JobDemand, node: AttachedNode, wanted: Int, horizon: WallTime) {
    self.demand = demand
    self.node = node
    self.wanted = wanted
    self.horizon = horizon
    budget = 4 * wanted + 64
  }

  func isEmpty(_ lane: Lane) -> Bool { rows[lane.id]?.isEmpty ?? true }

  func hasRead(_ lane: Lane) -> Bool { rows[lane.id] != nil }

  /// The next candidates of a lane, no more than may be looked at.
  mutating func pop(_ lane: Lane, atMost count: Int) -> ArraySlice<JobRow> {
    guard let found = rows[lane.id]?.prefix(min(count, budget)) else { return [] }
    rows[lane.id]?.removeFirst(found.count)
    return found
  }

  mutating func fill(_ lane: Lane, _ found: [JobRow]) { rows[lane.id] = found[...] }
}
