import Foundation
import Holdfast
import Testing

@testable import HoldfastSQLite

extension StoreFiles {
  @Suite struct CheckpointTests {
    @Test func `the log is copied beside the writer at each share, and by the writer when it is long`() {
      var plan = CheckpointPlan()
      let steps = (1...5).map { plan.committed(pages: $0 * CheckpointPlan.share) }
      #expect(steps == Array(repeating: .beside, count: 3) + [.here, .here])
      #expect(plan.committed(pages: 5 * CheckpointPlan.share + 1) == .none)
    }

    @Test func `a log that begins anew is copied after its first share`() {
      var plan = CheckpointPlan()
      #expect(plan.committed(pages: 3 * CheckpointPlan.share) == .beside)
      #expect(plan.committed(pages: 3) == .none)
      #expect(plan.committed(pages: CheckpointPlan.share - 1) == .none)
      #expect(plan.committed(pages: CheckpointPlan.share) == .beside)
    }

    @Test func `the log stays bounded while commits go on, and nothing is lost`() async throws {
      let folder = try StoreFolder()
      let store = try await folder.open { $0.durability = .normal }
      let payload = Data(repeating: 120, count: 1 << 20)
      // 200 MiB in commits of 2 MiB each.
      for _ in 0..<100 { try await store.enqueue([.job { $0.payload = payload }, .job { $0.payload = payload }]) }
      let log = try FileManager.default.attributesOfItem(atPath: folder.file + "-wal")[.size] as? Int
      #expect(try #require(log) < 128 << 20)
      await store.close()
      let again = try await folder.open()
      #expect(try await again.queues()[0].counts == [.queued: 200])
      await again.close()
    }
  }
}
