import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast
@testable import HoldfastSQLite

struct CancelledJobsTests {
  private func job(_ id: Int64, _ kind: String = "job", bytes: Int = 0) -> JobRecord {
    let draft = JobDraft(kind: kind, payload: Data(count: bytes))
    return JobRecord(id: JobID(id), draft: draft, due: .distantPast, enqueued: .distantPast)
  }

  @Test func `C2 each kind is taken once, in order`() {
    var cancelled = CancelledJobs()
    for id in 1...6 { cancelled.add(job(Int64(id), id % 2 == 0 ? "even" : "odd")) }
    #expect(cancelled.take { $0 == "none" }.isEmpty)
    #expect(cancelled.take { $0 == "odd" }.map(\.id) == [1, 3, 5])
    #expect(cancelled.take { $0 == "odd" }.isEmpty)
    #expect(cancelled.take { _ in true }.map(\.id) == [2, 4, 6])
  }

  @Test func `the oldest go when nobody asks, by number and by bytes`() {
    var cancelled = CancelledJobs()
    for id in 1...CancelledJobs.limit + 5 { cancelled.add(job(Int64(id))) }
    let kept = cancelled.take { _ in true }
    #expect(kept.count == CancelledJobs.limit && kept[0].id == 6)
    for id in 1...70 { cancelled.add(job(Int64(id), bytes: 1 << 20)) }
    #expect(cancelled.take { _ in true }.map(\.id.number) == Array(7...70))
  }

  @Test func `P15 a cancellation of many large jobs keeps the newest only, also before it commits`() async throws {
    let folder = try StoreFolder()
    let store = try await folder.open()
    let payload = Data(repeating: 7, count: 1 << 20)
    var ids: [JobID] = []
    for _ in 0..<7 { ids += try await store.enqueue((0..<10).map { _ in .job { $0.payload = payload } }).map(\.id) }
    let bytes = try await store.inWriter { [ids] _, tables in
      _ = try tables.perform(.cancel(reason: "all"), on: ids, by: "test")
      return tables.cancelledNow.bytes
    }
    #expect(bytes == CancelledJobs.byteLimit)
    let node = ScriptedNode(store)
    try await node.attach()
    #expect(try await node.beat().cancelled.map(\.id) == ids.suffix(64))
    await store.close()
  }
}
