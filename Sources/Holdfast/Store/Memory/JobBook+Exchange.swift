import DequeModule

// MARK: Exchanges

extension JobBook {
  /// Everything that nodes brought, in one transaction: first what ended everywhere, then what each may have.
  mutating func exchange(_ exchanges: [(node: String, exchange: JobExchange)]) -> [JobExchangeReply?] {
    for (node, _) in exchanges {
      nodes[node]?.beat = instant
      nodes[node]?.seen = now
      nodes[node]?.isLapsed = false
    }
    let settled = exchanges.map { nodes[$0.node] == nil ? [] : settle($0.exchange) }
    recoverSilentNodes(besides: Set(exchanges.map(\.node)))
    return zip(exchanges, settled).map { item, settled in
      guard nodes[item.node] != nil else { return nil }
      var reply = JobExchangeReply(now: now)
      reply.settled = settled
      serve(item.exchange, item.node, &reply)
      tell(item.node, &reply)
      return reply
    }
  }

  /// Reports first: the last word of a run that ends in the same exchange counts.
  private mutating func settle(_ exchange: JobExchange) -> [JobSettled] {
    let now = now
    for report in exchange.reports {
      update(report.run.job.number) { _ = JobLifecycle.report(&$0.record, report, at: now) }
    }
    return exchange.settlements.map { settlement in
      update(settlement.run.job.number) { job in
        let ending = JobLifecycle.settle(&job.record, settlement, at: now)
        job.add(ending.failure)
        return ending.settled
      } ?? .stale
    }
  }

  private mutating func tell(_ id: String, _ reply: inout JobExchangeReply) {
    guard let node = nodes[id] else { return }
    reply.cancellations = node.cancellations.filter { jobs[$0.run.job.number]?.record.isExecuting($0.run) == true }
    reply.settings = node.settings.values.sorted { QueueScope.precedes($0.scope, $1.scope) }
    if node.mustHearPauses { reply.pauses = pauses.map(\.scope) }
    nodes[id]?.cancellations = []
    nodes[id]?.settings = [:]
    nodes[id]?.mustHearPauses = false
    reply.cancelled = cancelled.filter { node.identity.handles[$0.kind] != nil }
    if !reply.cancelled.isEmpty { cancelled.removeAll { node.identity.handles[$0.kind] != nil } }
    let lease = nodes.values.filter { $0.identity.id != id }.compactMap(\.leaseEnd).min()
    if let lease { reply.soon(now.advanced(by: max(.zero, instant.duration(to: lease)))) }
  }

  private mutating func serve(_ exchange: JobExchange, _ node: String, _ reply: inout JobExchangeReply) {
    for demand in exchange.demands where queues[demand.queue] != nil {
      serve(demand, lookahead: exchange.lookahead, node, &reply)
    }
  }
}

extension JobExchangeReply {
  /// Something may be taken at a time, if not sooner.
  mutating func soon(_ time: WallTime) {
    next = next.map { min($0, time) } ?? time
  }
}

extension QueueScope {
  /// For lists: everything first, then by tenant and queue.
  package static func precedes(_ first: QueueScope, _ second: QueueScope) -> Bool {
    (first.partition ?? "", first.queue ?? "") < (second.partition ?? "", second.queue ?? "")
  }
}
