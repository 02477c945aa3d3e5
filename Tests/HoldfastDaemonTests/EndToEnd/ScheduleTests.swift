import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon

extension EndToEndTests {
  @Suite struct ScheduleTests {
    private static let file = """
      jobs: { work: { shell: "cat" }, long: { shell: "exec sleep 1000" } }
      schedules:
        tick: { every: 1s, job: work, payload: { from: tick } }
        nightly: { cron: "30 2 * * *", zone: Europe/London, job: work, paused: true }
        hourly: { cron: "0 * * * *", job: long }

      """

    private func schedules(_ daemon: DaemonProcess, _ arguments: String...) async throws -> String {
      let result = try await Holdfast.run(["schedules"] + arguments, in: daemon.folder)
      guard result.status == 0 else { throw Failure(.failed, "\(arguments): \(result)") }
      return result.output
    }

    private func list(_ daemon: DaemonProcess) async throws -> [String: ScheduleReport] {
      let lines = try await schedules(daemon, "list", "--json").split(separator: "\n")
      let reports = try lines.map { try JSONLine.decode(ScheduleReport.self, from: $0.utf8) }
      return Dictionary(uniqueKeysWithValues: reports.map { ($0.name, $0) })
    }

    private func history(_ daemon: DaemonProcess, _ name: String) async throws -> [ScheduleEventReport] {
      try await schedules(daemon, "history", name, "--json").split(separator: "\n")
        .map { try JSONLine.decode(ScheduleEventReport.self, from: $0.utf8) }
    }

    /// Asks until it has fired; each question is a process, so that this costs next to nothing.
    private func firing(of name: String, _ daemon: DaemonProcess) async throws -> ScheduleEventReport {
      while true {
        if let fired = try await history(daemon, name).first(where: { $0.event == "fired" }) { return fired }
      }
    }

    @Test func `SC1 a schedule of the file fires, its job runs, and both are shown`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      let fired = try await firing(of: "tick", daemon)
      #expect((fired.by, fired.count) == ("scheduler", 1))
      let job = try await daemon.job("\(try #require(fired.job))", until: "completed")
      #expect(job.output == .object(["from": .string("tick")]))
      let all = try await list(daemon)
      #expect(all.mapValues(\.state) == ["tick": "active", "nightly": "paused", "hourly": "active"])
      #expect(all["nightly"]?.zone == "Europe/London" && all["nightly"]?.source == "file")
      #expect(try await schedules(daemon, "show", "nightly").contains("rule         30 2 * * * in Europe/London"))
      #expect(try await schedules(daemon, "preview", "hourly", "-n", "3").split(separator: "\n").count == 3)
      let status = try await Holdfast.run(["status"], in: daemon.folder)
      #expect(status.output.contains("3 schedules, 1 paused; next "))
    }

    @Test func `SC11 schedules are paused, resumed, triggered and backfilled by hand`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      #expect(
        try await schedules(daemon, "pause", "tick", "--note", "too noisy")
          == "schedule tick: paused; what runs goes on\n")
      #expect(try await list(daemon)["tick"]?.pause?.note == "too noisy")
      #expect(try await schedules(daemon, "trigger", "hourly").hasPrefix("schedule hourly: job "))
      #expect(try await schedules(daemon, "trigger", "hourly").contains("was not triggered"))
      #expect(try await schedules(daemon, "resume", "tick") == "schedule tick: goes on\n")
      let backfill = try await schedules(
        daemon, "backfill", "nightly", "--after", "2026-01-01T00:00:00Z", "--through", "2026-01-04T00:00:00Z")
      #expect(backfill == "schedule nightly: 3 jobs enqueued\n")
      let events = try await history(daemon, "tick").map(\.event)
      #expect(events.contains("paused") && events.contains("resumed") && events.last == "created")
    }

    @Test func `D2 schedules are looked at while no daemon runs, as they are stored, and not changed`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      _ = try await schedules(daemon, "pause", "hourly", "--note", "not now")
      daemon.signal(SIGTERM)
      _ = await daemon.status()
      let all = try await list(daemon)
      #expect(all.mapValues(\.state) == ["tick": "active", "nightly": "paused", "hourly": "paused"])
      #expect(all["hourly"]?.pause?.note == "not now")
      #expect(try await history(daemon, "hourly").map(\.event) == ["paused", "created"])
      for (arguments, status, output, errors) in [
        (["show", "nightly"], 0, "rule         30 2 * * * in Europe/London", "no daemon runs"),
        (["preview", "hourly", "-n", "1"], 0, ":00:00", "no daemon runs"),
        ([], 0, "SCHEDULE", "no daemon runs"), (["show", "nigthly"], 3, "", "did you mean `nightly`?"),
        (["resume", "hourly"], 5, "", "no daemon listens"), (["trigger", "hourly"], 5, "", "no daemon listens"),
      ] as [([String], Int32, String, String)] {
        let result = try await Holdfast.run(["schedules"] + arguments, in: daemon.folder)
        #expect(result.status == status && result.errors.contains(errors), "\(arguments): \(result)")
        #expect(output.isEmpty || result.output.contains(output), "\(arguments): \(result)")
      }
    }

    @Test func `UX8 what is wrong is told with its status`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      for (arguments, status, words) in [
        (["show", "tikc"], 3, "did you mean `tick`?"), (["pause", "none"], 3, "there is no schedule"),
        (["history", "none"], 3, "there is no schedule"), (["preview", "tick", "-n", "0"], 2, "-n takes"),
        (["backfill", "tick", "--after", "yesterday"], 2, "is invalid"),
        (["backfill", "tick", "--after", "2026-01-01T00:00:00Z", "--through", "2999-01-01T00:00:00Z"], 2, "to come"),
      ] as [([String], Int32, String)] {
        let result = try await Holdfast.run(["schedules"] + arguments, in: daemon.folder)
        #expect(result.status == status && result.errors.contains(words), "\(arguments): \(result)")
      }
    }

    @Test func `SC23 a reload adds, changes and deletes; pauses and places stay, also after kill -9`() async throws {
      let daemon = try await DaemonProcess(Self.file)
      _ = try await schedules(daemon, "pause", "hourly", "--note", "not now")
      _ = try await schedules(daemon, "resume", "nightly")
      try daemon.folder.write(
        """
        jobs: { work: { shell: "cat" }, long: { shell: "exec sleep 1000" } }
        schedules:
          nightly: { cron: "30 3 * * *", zone: Europe/London, job: work, paused: true }
          hourly: { cron: "0 * * * *", job: long }
          new: { at: 2099-01-01T00:00:00Z, job: work }

        """, to: "holdfast.yml")
      let report = try await Holdfast.run(["reload"], in: daemon.folder)
      #expect(report.status == 0, "\(report)")
      let states = ["nightly": "active", "hourly": "paused", "new": "active"]
      #expect(try await list(daemon).mapValues(\.state) == states)
      let text = try String(contentsOfFile: daemon.folder.path + "/holdfast.yml", encoding: .utf8)
      daemon.signal(SIGKILL)
      _ = await daemon.status()
      let again = try await DaemonProcess(text, in: daemon.folder)
      #expect(try await list(again).mapValues(\.state) == states)
      #expect(try await history(again, "tick").first?.event == "deleted")
    }
  }
}
