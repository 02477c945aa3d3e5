import Holdfast

extension StoreConformance {
  static let fairnessChecks: [StoreConformanceCheck] = [
    StoreConformanceCheck("200 partitions of uneven load get equal shares within a tenth") { trial in
      let node = try await trial.node()
      for slice in 0..<10 {
        var drafts: [JobDraft] = []
        for partition in slice * 20..<slice * 20 + 20 {
          let draft = trial.draft { $0.partition = "p\(partition)" }
          drafts += Array(repeating: draft, count: 40 + (partition * 7) % 300)
        }
        _ = try await trial.store.enqueue(drafts)
      }
      var served: [String: Int] = [:]
      for _ in 0..<80 {
        for claim in try await node.claim(count: 50) { served[claim.job.partition, default: 0] += 1 }
      }
      try trial.equal(served.count, 200, "tenants served")
      let wrong = served.filter { abs($0.value - 20) > 2 }
      try trial.expect(wrong.isEmpty, "20 each were expected, found \(wrong)")
    },
    StoreConformanceCheck("weights give proportional shares, and can be changed") { trial in
      let node = try await trial.node()
      for (partition, weight) in [("a", 1.0), ("b", 2), ("c", 5)] {
        try await trial.enqueue(900) { $1.partition = partition }
        let settings = QueueSettings(QueueScope(partition: partition), weight: weight)
        try await trial.store.perform(.set(settings), by: "tester")
      }
      var served: [String: Int] = [:]
      for _ in 0..<40 {
        for claim in try await node.claim(count: 20) { served[claim.job.partition, default: 0] += 1 }
      }
      for (partition, expected) in [("a", 100), ("b", 200), ("c", 500)] {
        let found = served[partition] ?? 0
        try trial.expect(abs(found - expected) <= expected / 10, "\(partition): expected \(expected), found \(found)")
      }
    },
    StoreConformanceCheck("a tenant that comes late neither waits nor takes over") { trial in
      let node = try await trial.node()
      try await trial.enqueue(500) { $1.partition = "old" }
      try trial.equal(try await node.claim(count: 200).count, 200)
      try await trial.enqueue(200) { $1.partition = "new" }
      let claims = try await node.claim(count: 100)
      let new = claims.count { $0.job.partition == "new" }
      try trial.expect((45...55).contains(new), "\(new) of 100 for the newcomer")
    },
    StoreConformanceCheck("within one tenant priorities rule, across tenants shares do") { trial in
      let node = try await trial.node()
      try await trial.enqueue(10) { ($1.partition, $1.priority) = ("loud", 100) }
      try await trial.enqueue(10) { ($1.partition, $1.priority) = ("quiet", -100) }
      let claims = try await node.claim(count: 10)
      try trial.equal(claims.count { $0.job.partition == "quiet" }, 5)
    },
  ]
}
