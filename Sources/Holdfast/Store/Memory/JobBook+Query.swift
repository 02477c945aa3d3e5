#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// MARK: Queries

extension JobBook {
  func page(_ query: JobQuery) -> JobPage {
    let candidates = candidates(query)
    var found: [JobRecord] = []
    var last: JobID?
    for (looked, id) in candidates.enumerated() {
      if looked == query.scanLimit { return JobPage(jobs: found, next: last, isPartial: true) }
      guard let job = jobs[id]?.record else { continue }
      guard query.matches(job, at: now) else {
        last = found.count < query.limit ? job.id : last
        continue
      }
      if found.count == query.limit { return JobPage(jobs: found, next: found.last?.id) }
      found.append(job)
      last = job.id
    }
    return JobPage(jobs: found, next: nil)
  }

  /// The ids to look at, in the order of the answer.
  private func candidates(_ query: JobQuery) -> [Int64] {
    let all: ArraySlice<Int64>
    if let wanted = query.ids {
      all = Set(wanted.map(\.number)).filter { jobs[$0] != nil }.sorted()[...]
    } else if let name = query.name, let partition = query.partition {
      all = (names[TenantKey(partition: partition, key: name)].map { [$0] } ?? [])[...]
    } else {
      all = ids[...]
    }
    guard let after = query.after?.number else { return query.newestFirst ? all.reversed() : Array(all) }
    let rest = query.newestFirst ? all[..<all.position(of: after)] : all[all.position(of: after + 1)...]
    return query.newestFirst ? rest.reversed() : Array(rest)
  }
}

extension ArraySlice<Int64> {
  /// Where a number is or would be, in ascending numbers.
  fileprivate func position(of number: Int64) -> Index {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension JobQuery {
  /// Whether a job meets every condition; pages and limits aside.
  package func matches(_ job: JobRecord, at now: WallTime) -> Bool {
    guard views.isEmpty || views.contains(job.view(at: now)) else { return false }
    guard name == nil || name == job.name, kind == nil || kind == job.kind else { return false }
    guard partition == nil || partition == job.partition, queue == nil || queue == job.queue else { return false }
    guard uniqueKey == nil || uniqueKey == job.uniqueKey else { return false }
    guard executionKey == nil || executionKey == job.executionKey else { return false }
    guard job.due >= dueFrom ?? .distantPast, dueBefore.map({ job.due < $0 }) ?? true else { return false }
    guard job.enqueued >= enqueuedFrom ?? .distantPast else { return false }
    guard enqueuedBefore.map({ job.enqueued < $0 }) ?? true else { return false }
    return text.map { job.payload.contains(text: $0) } ?? true
  }
}

extension Data {
  /// Whether a text's bytes occur in it.
  fileprivate func contains(text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard let first = wanted.first else { return true }
    guard count >= wanted.count else { return false }
    let bytes = [UInt8](self)
    return (0...(bytes.count - wanted.count)).contains { start in
      bytes[start] == first && bytes[start..<start + wanted.count].elementsEqual(wanted)
    }
  }
}

// MARK: Pruning

extension JobBook {
  /// Deletes what has been finished for long enough, the oldest first.
  mutating func prune(_ retention: JobRetention, limit: Int) -> Int {
    var left = limit
    for (scope, number) in laneNumbers.sorted(by: { QueueScope.precedes($0.key, $1.key) }) {
      guard let partition = scope.partition, let queue = scope.queue else { continue }
      guard retention.scope.contains(partition: partition, queue: queue) else { continue }
      prune(number, .completed, olderThan: retention.completed, &left)
      prune(number, .cancelled, olderThan: retention.others, &left)
      prune(number, .discarded, olderThan: retention.others, keeping: retention.maxDiscarded, &left)
    }
    return limit - left
  }

  private mutating func prune(
    _ number: Int, _ state: JobState, olderThan age: Duration, keeping count: Int? = nil, _ left: inout Int
  ) {
    let oldest = now.advanced(by: .zero - age)
    while left > 0, let entry = lanes[number].finished[state]?.first(in: jobs) {
      let isSurplus = count.map { lanes[number].counts[state.rawValue] > $0 } ?? false
      guard entry.key < oldest || isSurplus else { return }
      delete(entry.id)
      left -= 1
    }
  }
}
