import Foundation
import Holdfast
import HoldfastTesting
import Testing

@testable import HoldfastSQLite

extension StoreFiles {
  /// What every store must do, on real files; one after the other, because Foundation's `Process`, with which others here
  /// start programs, reads beyond its buffer in a process that has more than a thousand files open.
  @Suite(.serialized) struct ConformanceTests {
    @Test(arguments: StoreConformance.checks)
    func `TM13 it does what every store must do`(check: StoreConformanceCheck) async throws {
      try await check.run(try factory { _ in })
    }

    @Test(arguments: StoreConformance.checks.filter { $0.id.hasPrefix("whatever happens") }, [0, 3])
    func `I3 counts hold wherever the file counts anew`(check: StoreConformanceCheck, longestTail: Int64) async throws {
      try await check.run(try factory { $0.longestTail = longestTail })
    }

    private func factory(_ change: @escaping @Sendable (inout SQLiteStore.Options) -> Void) throws -> StoreFactory {
      let folder = try StoreFolder()
      @Sendable func open(_ time: VirtualTimeline) async throws -> any Store {
        try await folder.open {
          $0.clock = time
          $0.durability = .normal
          change(&$0)
        }
      }
      @Sendable func close(_ store: any Store) async { await (store as? SQLiteStore)?.close() }
      return StoreFactory(
        reopen: { store, time in
          await close(store)
          return try await open(time)
        }, close: close, open: open)
    }
  }
}
