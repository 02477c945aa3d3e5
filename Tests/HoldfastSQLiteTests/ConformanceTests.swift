import Foundation
import Holdfast
import HoldfastSQLite
import HoldfastTesting
import Testing

extension StoreFiles {
  /// What every store must do, on real files; one after the other, because Foundation's `Process`, with which others here
  /// start programs, reads beyond its buffer in a process that has more than a thousand files open.
  @Suite(.serialized) struct ConformanceTests {
    @Test(arguments: StoreConformance.checks)
    func `TM13 it does what every store must do`(check: StoreConformanceCheck) async throws {
      let folder = try StoreFolder()
      @Sendable func open(_ time: VirtualTimeline) async throws -> any Store {
        try await folder.open {
          $0.clock = time
          $0.durability = .normal
        }
      }
      @Sendable func close(_ store: any Store) async { await (store as? SQLiteStore)?.close() }
      try await check.run(
        StoreFactory(
          reopen: { store, time in
            await close(store)
            return try await open(time)
          }, close: close, open: open))
    }
  }
}
