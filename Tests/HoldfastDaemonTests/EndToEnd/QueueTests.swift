import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon

extension EndToEndTests {
  @Suite struct QueueTests {
    private static let file = """
      queues: { default: { workers: 2 }, mail: { workers: 1 } }
      partitions: { acme: { queues: { mail: { workers: 3 } } } }
      jobs:
        hello: { shell: "echo hello", queue: mail }
        sleepy: { shell: "echo $$ > pid; exec sleep 1000", queue: mail }

      """

    private func decode<Report: Decodable>(_ type: Report.Type, _ lines: String) throws -> [Report] {
      try lines.split(separator: "\n").map { try JSONLine.decode(Report.self, from: $0.utf8) }
    }

    @Test func `P8 I1 the file's queues and tenants are served from the start, and each is shown with what it does`()
      async throws
    {
      let daemon = try await DaemonProcess(Self.file)
      _ = try await daemon.queues("pause", "mail", "--partition", "acme")
      let queues = try decode(QueueReport.self, try await daemon.queues("list", "--json"))
      #expect(queues.first { $0.partition == "acme" }?.pauses.count == 1)
      #expect(queues.filter { $0.partition == nil }.allSatisfy { $0.pauses.isEmpty })
      _ = try await daemon.queues("resume", "mail", "--partition", "acme")
      let served = Set(queues.map { "\($0.queue) of \($0.partition ?? "all"): \($0.workers ?? -1)" })
      #expect(served == ["default of all: 2", "mail of all: 1", "mail of acme: 3"])
      _ = try await daemon.jobs("enqueue", "hello", "--partition", "acme")
      #expect(try await daemon.job("1", until: "completed").partition == "acme")
      _ = try await daemon.jobs("enqueue", "sleepy", "--partition", "acme")
      _ = try await daemon.pidFile()
      let nodes = try decode(NodeReport.self, try await daemon.command(["nodes", "--json"]))
      #expect(nodes.map(\.executing) == [1] && Set(["hello", "sleepy"]).isSubset(of: nodes.first?.kinds ?? []))
      let running = try await daemon.jobs("list", "--state", "executing", "--json")
      let job = try JSONLine.decode(JobDetails.self, from: running.utf8)
      #expect(job.id == 2 && job.partition == "acme" && job.node == nodes.first?.id)
      let acme = try decode(QueueReport.self, try await daemon.queues("list", "mail", "--json"))
      #expect(acme.first { $0.partition == "acme" }?.jobs == ["executing": 1, "completed": 1])
    }
  }
}
