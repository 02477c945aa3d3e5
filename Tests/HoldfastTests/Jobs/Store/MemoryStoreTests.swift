import Holdfast
import HoldfastTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct MemoryStoreTests {
  @Test(arguments: StoreConformance.checks) func `the store conforms`(check: StoreConformanceCheck) async throws {
    try await check.run(StoreFactory { MemoryStore(clock: $0) })
  }
}
