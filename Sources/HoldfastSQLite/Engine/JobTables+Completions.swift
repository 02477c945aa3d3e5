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
      let completions = completions(of: rest)
      if completions.count >= Crowd.fewest, try complete(completions) {
        settled += repeatElement(.accepted(.completed), count: completions.count)
        rest = rest.dropFirst(completions.count)
      } else {
        let group = rest.prefix(max(1, min(completions.count, Crowd.most)))
        for settlement in group { settled.append(try settle(settlement)) }
        rest = rest.dropFirst(group.count)
      }
    }
    return settled
  }

  /// Those at the beginning that are runs of this process and only have to be marked.
  private func completions(of settlements: ArraySlice<JobSettlement>) -> [Completion] {
    var completions: [Completion] = []
    completions.reserveCapacity(settlements.count)
    for settlement in settlements {
      let job = settlement.run.job
      guard case .completed(output: nil) = settlement.verdict, let running = running[job],
        running.token == settlement.run.token, running.executionKey == nil
      else { break }
      completions.append((job, running.lane))
    }
    return completions
  }

  /// Marks runs as completed; false when some are not what this process thinks, and nothing was written.
  ///
  /// Looking first costs less than a savepoint, for which SQLite copies every page that is written.
  private func complete(_ completions: [Completion]) throws -> Bool {
    let jobs = completions.map(\.job.number).sorted()
    guard zip(jobs, jobs.dropFirst()).allSatisfy(<) else { return false }
    let groups = MarkedJobs.groups(of: jobs)
    for group in groups {
      let look = try group.bind(connection.statement(group.look))
      guard try look.first({ $0.int(0) }) == Int64(group.count) else { return false }
    }
    for group in groups {
      let mark = try group.bind(connection.statement(group.mark))
      mark.bind(1, now.microseconds)
      try mark.run()
    }
    for completion in completions { completed(completion.job, completion.lane) }
    return true
  }
}
