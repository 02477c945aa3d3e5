import Foundation
import Holdfast
import HoldfastSQLite
import HoldfastTesting
import Testing

extension StoreFiles {
  /// Bad luck with time, in a process of its own.
  @Suite struct ProcessTimeTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    @Test("TM7 SC9 a process's wall clock is set both ways: each job runs once, none before its time")
    func wallSteps() async throws {
      let host = try HostProcess("run", folder.file)
      var said = await host.lines(until: "open")
      let client = try await folder.open { $0.role = .client }
      let begin = client.clock.wallTime
      func enqueue(_ minutes: Int64) async throws -> JobID {
        try await client.enqueue([.job { $0.start = .at(begin.advanced(by: .seconds(60 * minutes))) }])[0].id
      }
      let (hour, hours, now) = (try await enqueue(60), try await enqueue(120), try await enqueue(0))
      said += await host.lines(until: "completed \(now)")
      host.send("shift 0 3600000")
      said += await host.lines(until: "completed \(hour)")
      // Half an hour before the beginning.
      host.send("shift 0 -5400000")
      said += await host.lines(until: "shifted 0 -5400000")
      let (later, past) = (try await enqueue(-10), try await enqueue(-60))
      said += await host.lines(until: "completed \(past)")
      host.send("shift 0 1800000")
      said += await host.lines(until: "completed \(later)")
      host.send("shift 0 7200000")
      said += await host.lines(until: "completed \(hours)")
      host.end()
      said += await host.finished()
      #expect(said.filter { $0.hasPrefix("ran") } == [now, hour, past, later, hours].map { "ran \($0)" })
      #expect(try await client.all().allSatisfy { $0.state == .completed && $0.attempt == 1 })
      await client.close()
    }

    @Test("TM8 law 3 a process is stopped past its lease and goes on: no twin meanwhile, no end lost, none doubled")
    func stopped() async throws {
      let (host, id) = try await holding()
      host.signal(SIGSTOP)
      #expect(await code { _ = try await folder.open() } == .locked)
      // As if it had been stopped for two minutes, four times its lease.
      host.send("shift 120000 120000")
      host.send("finish")
      host.signal(SIGCONT)
      var said = await host.lines(until: "completed \(id)")
      host.end()
      said += await host.finished()
      #expect(!said.contains { $0.hasPrefix("holds") || $0.hasPrefix("stale") })
      let store = try await folder.open()
      let job = try await store.all()[0]
      #expect((job.state, job.attempt, job.crashes, job.token) == (.completed, 1, 0, 1))
      #expect(try await store.holders(of: "k", partition: "default").isEmpty)
      await store.close()
    }

    @Test("TM8 law 3 T11 a process that is killed while it is stopped is followed by one that refuses its token")
    func stoppedAndKilled() async throws {
      let (host, id) = try await holding()
      host.signal(SIGSTOP)
      host.kill()
      _ = await host.finished()
      let store = try await folder.open()
      let node = ScriptedNode(store, handles: ["hold": 1])
      try await node.attach()
      let claim = try await node.claim()[0]
      #expect((claim.job.id, claim.job.token, claim.job.attempt, claim.job.crashes) == (id, 2, 2, 1))
      var old = claim
      old.job.token = 1
      #expect(try await node.complete(old) == .stale)
      #expect(try await store.holders(of: "k", partition: "default").map(\.id) == [id])
      #expect(try await node.complete(claim) == .accepted(.completed))
      await node.detach()
      await store.close()
    }

    /// A process in the middle of a job with an execution key.
    private func holding() async throws -> (HostProcess, JobID) {
      let host = try HostProcess("run", folder.file)
      _ = await host.lines(until: "open")
      let client = try await folder.open { $0.role = .client }
      var draft = JobDraft(kind: "hold", payload: Data("{}".utf8))
      draft.executionKey = "k"
      let id = try await client.enqueue([draft])[0].id
      _ = await host.lines(until: "holds \(id)")
      await client.close()
      return (host, id)
    }
  }
}
