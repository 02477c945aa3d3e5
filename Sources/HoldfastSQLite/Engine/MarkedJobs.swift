import Holdfast

/// Jobs that one statement marks. Mostly they are neighbours: a range needs no temporary table, as a list does.
enum MarkedJobs: Equatable {
  case range(ClosedRange<Int64>)
  /// At most ``Crowd/most``.
  case list(ArraySlice<Int64>)

  /// - Parameter jobs: In order, each once.
  static func groups(of jobs: [Int64]) -> [MarkedJobs] {
    var groups: [MarkedJobs] = []
    var strays: [Int64] = []
    var rest = jobs[...]
    while let first = rest.first {
      var count = 1
      while count < rest.count, rest[rest.startIndex + count] == first + Int64(count) { count += 1 }
      if count >= Crowd.fewest {
        groups.append(.range(first...(first + Int64(count) - 1)))
      } else {
        strays += rest.prefix(count)
      }
      rest = rest.dropFirst(count)
    }
    for start in stride(from: 0, to: strays.count, by: Crowd.most) {
      groups.append(.list(strays[start...].prefix(Crowd.most)))
    }
    return groups
  }

  var numbers: any Collection<Int64> {
    switch self {
    case .range(let jobs): jobs
    case .list(let jobs): jobs
    }
  }

  /// What counts those that can be marked.
  var look: HotSQL {
    switch self {
    case .range: JobSQL.runsInRange
    case .list: JobSQL.runsOfMany
    }
  }

  /// What marks them.
  var mark: HotSQL {
    switch self {
    case .range: JobSQL.completeRange
    case .list: JobSQL.completeMany
    }
  }

  func bind(_ statement: Statement) -> Statement {
    switch self {
    case .range(let jobs):
      statement.bind(2, jobs.lowerBound)
      statement.bind(3, jobs.upperBound)
    case .list(let jobs): statement.bind(from: 2, Crowd.most, jobs.lazy.map { JobID($0) })
    }
    return statement
  }
}
