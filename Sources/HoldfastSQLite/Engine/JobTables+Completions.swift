import Holdfast

/// Many ends at once: most runs complete, with no output and no key that others wait for. Those are written together,
/// which costs less than one by one.
extension JobTables {
  private typealias Completion = (job: JobID, lane: Lane)

  /// Writes how runs ended; one answer each.
  func settle(_ settlements: [JobSettlement]) throws -> [JobSettled] {
    let completions = completions(of: settlements)
    let left = try complete(completions)
    if left.isEmpty, completions.count == settlements.count {
      return Array(repeating: .accepted(.completed), count: settlements.count)
    }
    let marked = Set(completions.lazy.map(\.job)).subtracting(left)
    return try settlements.map { marked.contains($0.run.job) ? .accepted(.completed) : try settle($0) }
  }

  /// Runs of this process that only have to be marked; none where they are few, or where a job is there twice.
  private func completions(of settlements: [JobSettlement]) -> [Completion] {
    var completions: [Completion] = []
    completions.reserveCapacity(settlements.count)
    for settlement in settlements {
      guard case .completed(output: nil) = settlement.verdict, let running = running[settlement.run.job],
        running.token == settlement.run.token, running.executionKey == nil
      else { continue }
      completions.append((settlement.run.job, running.lane))
    }
    guard completions.count >= Crowd.fewest else { return [] }
    let jobs = settlements.map(\.run.job.number).sorted()
    return zip(jobs, jobs.dropFirst()).allSatisfy(<) ? completions : []
  }

  /// Marks runs as completed, group by group.
  ///
  /// Looking first costs less than a savepoint, for which SQLite copies every page that is written.
  ///
  /// - Returns: The jobs of the groups in which something is not what this process thinks; nothing of those was written.
  private func complete(_ completions: [Completion]) throws -> Set<JobID> {
    var left: Set<JobID> = []
    for group in MarkedJobs.groups(of: completions.map(\.job.number).sorted()) {
      let look = try group.bind(connection.statement(group.look))
      guard try look.first({ $0.int(0) }) == Int64(group.numbers.count) else {
        left.formUnion(group.numbers.map { JobID($0) })
        continue
      }
      let mark = try group.bind(connection.statement(group.mark))
      mark.bind(1, now.microseconds)
      try mark.run()
    }
    for completion in completions where !left.contains(completion.job) { completed(completion.job, completion.lane) }
    return left
  }
}
