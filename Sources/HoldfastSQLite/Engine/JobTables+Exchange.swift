import Holdfast

extension JobTables {
  /// Whether an exchange needs a transaction; else it is answered from memory.
  func needsTransaction(_ exchange: JobExchange, at now: WallTime) -> Bool {
    guard exchange.settlements.isEmpty, exchange.reports.isEmpty else { return true }
    let horizon = now.advanced(by: exchange.lookahead)
    return exchange.demands.contains { demand in
      book.mayClaim(demand.queue, demand.partitions, by: demand.ahead > 0 ? horizon : now)
    }
  }

  /// Whether some node's work must be taken over.
  func hasExpired(except alive: Set<String>, at instant: Instant) -> Bool {
    nodes.contains { id, node in isExpired(node, at: instant) && !alive.contains(id) }
  }

  /// A node is alive.
  func renew(_ id: String, at instant: Instant) {
    guard let node = nodes[id] else { return }
    node.leaseEnd = instant.advanced(by: node.identity.lease)
    node.seen = now
  }

  /// Writes what a node brings, reports first: the last word of a run that ends counts. What it wants comes after every node has written.
  func settle(_ exchange: JobExchange) throws -> JobExchangeReply {
    var reply = JobExchangeReply(now: now)
    for said in exchange.reports { try report(said) }
    reply.settled = try settle(exchange.settlements)
    return reply
  }

  /// Gives a node what it wants.
  func serve(_ exchange: JobExchange, to id: String, _ reply: inout JobExchangeReply) throws {
    guard let node = nodes[id] else { return }
    for demand in exchange.demands {
      let served = try serve(demand, lookahead: exchange.lookahead, to: node)
      reply.claims += served.claims
      if let next = served.next { reply.next = min(reply.next ?? next, next) }
    }
  }

  /// When the first lease of the other nodes with jobs ends.
  func nextLeaseEnd(besides id: String, at instant: Instant) -> WallTime? {
    let ends = nodes.filter { $0 != id && $1.executing > 0 }.map(\.value.leaseEnd)
    return ends.min().map { now.advanced(by: instant.duration(to: $0)) }
  }
}
