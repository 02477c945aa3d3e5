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
    completions.reserveCapacity(settlements.count)
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
  ///
  /// Looking first costs less than a savepoint, for which SQLite copies every page that is written.
  private func complete(_ completions: [Completion]) throws -> Bool {
    let jobs = completions.lazy.map(\.job)
    let (look, mark) = try statements(for: jobs)
    guard try look.first({ $0.int(0) }) == Int64(jobs.count) else { return false }
    mark.bind(1, now.microseconds)
    try mark.run()
    for completion in completions { completed(completion.job, completion.lane) }
    return true
  }

  /// What counts those that can be marked, and what marks them. Mostly they are neighbours: a range needs no temporary
  /// table, as a list does.
  private func statements(for jobs: some Collection<JobID>) throws -> (look: Statement, mark: Statement) {
    if let first = jobs.min(), let last = jobs.max(), last.number - first.number == jobs.count - 1 {
      let both = try statements(JobSQL.runsInRange, JobSQL.completeRange)
      for statement in [both.look, both.mark] {
        statement.bind(2, first.number)
        statement.bind(3, last.number)
      }
      return both
    }
    let both = try statements(JobSQL.runsOfMany, JobSQL.completeMany)
    for statement in [both.look, both.mark] { statement.bind(from: 2, Crowd.most, jobs) }
    return both
  }

  private func statements(_ look: HotSQL, _ mark: HotSQL) throws -> (look: Statement, mark: Statement) {
    (try connection.statement(look), try connection.statement(mark))
  }
}
