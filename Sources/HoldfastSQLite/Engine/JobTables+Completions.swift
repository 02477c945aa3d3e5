import Holdfast

/// Many ends at once: most runs complete, with no output and no key that others wait for. Those are written together,
/// which costs less than one by one.
extension JobTables {
  private typealias Completion = (job: JobID, lane: Lane)

  /// Writes how runs ended; one answer each.
  func settle(_ settlements: [JobSettlement]) throws -> [JobSettled] {
    var settled: [JobSettled] = []
    settled.reserveCapacity(settlements.count)
    var rest = settlements[...]
    while !rest.isEmpty {
      let completions = completions(of: rest.prefix(Crowd.most))
      let group = rest.prefix(max(1, completions.count))
      if completions.count >= Crowd.fewest, try complete(completions) {
        settled += completions.map { _ in .accepted(.completed) }
      } else {
        for settlement in group { settled.append(try settle(settlement)) }
      }
      rest = rest.dropFirst(group.count)
    }
    return settled
  }

  /// Those at the beginning that are runs of this process and only have to be marked, each once.
  private func completions(of settlements: ArraySlice<JobSettlement>) -> [Completion] {
    var completions: [Completion] = []
    for settlement in settlements {
      let job = settlement.run.job
      guard case .completed(output: nil) = settlement.verdict, let running = running[job],
        running.token == settlement.run.token, running.executionKey == nil,
        !completions.contains(where: { $0.job == job })
      else { break }
      completions.append((job, running.lane))
    }
    return completions
  }

  /// Marks runs as completed; false when some are not what this process thinks, and nothing was written.
  private func complete(_ completions: [Completion]) throws -> Bool {
    try connection.statement(JobSQL.begin).run()
    let update = try marking(completions.lazy.map(\.job))
    update.bind(1, now.microseconds)
    try update.run()
    let isWhole = update.changes == completions.count
    if !isWhole { try connection.statement(JobSQL.undo).run() }
    try connection.statement(JobSQL.end).run()
    guard isWhole else { return false }
    for completion in completions { completed(completion.job, completion.lane) }
    return true
  }

  /// What marks these. Mostly they are neighbours: a range needs no temporary table, as a list does.
  private func marking(_ jobs: some Collection<JobID>) throws -> Statement {
    if let first = jobs.min(), let last = jobs.max(), last.number - first.number == jobs.count - 1 {
      let update = try connection.statement(JobSQL.completeRange)
      update.bind(2, first.number)
      update.bind(3, last.number)
      return update
    }
    let update = try connection.statement(JobSQL.completeMany)
    update.bind(from: 2, Crowd.most, jobs)
    return update
  }
}
