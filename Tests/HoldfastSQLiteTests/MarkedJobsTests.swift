import Testing

@testable import HoldfastSQLite

/// Which ends are written by one statement.
@Suite struct MarkedJobsTests {
  @Test(
    arguments: [
      ([], []),
      ([7], [.list([7])]),
      (Array(1...7), [.list([1, 2, 3, 4, 5, 6, 7])]),
      (Array(1...8), [.range(1...8)]),
      (Array(1...1000), [.range(1...1000)]),
      ([3] + Array(5...14) + [20, 22], [.range(5...14), .list([3, 20, 22])]),
      (Array(1...10) + Array(12...21), [.range(1...10), .range(12...21)]),
    ] as [([Int64], [MarkedJobs])])
  func `neighbours are a range, the rest lists`(jobs: [Int64], groups: [MarkedJobs]) {
    #expect(MarkedJobs.groups(of: jobs) == groups)
  }

  @Test func `a list takes no more than its statement has arguments`() {
    let scattered = Array(stride(from: Int64(2), through: 160, by: 2))
    let groups = MarkedJobs.groups(of: scattered)
    #expect(groups.map(\.numbers.count) == [32, 32, 16])
    #expect(groups.flatMap { Array($0.numbers) } == scattered)
  }
}
