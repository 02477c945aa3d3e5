import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon

extension EndToEndTests {
  /// What a real daemon does about alarms.
  @Suite struct AlarmRemedyTests {
    @Test func `RM1 AL47 a remedy repairs what a program needs, and the alarm clears by itself`() async throws {
      let daemon = try await DaemonProcess(
        """
        programs:
          web:
            shell: "cat data || exit 3; exec sleep 1000"
            ready: { line: here }
            backoff: { constant: 50ms, first: delayed }
        alarms:
          web.broken: { when: web.down, severity: critical, remedy: { shell: "echo here > data", timeout: 10s } }

        """, until: "alarmRaised")
      // The program's own line that it is ready may come before this one or after it.
      #expect(try await daemon.wait("alarmCleared").message == "web.broken")
      #expect(try await daemon.programs()["web"]?.restarts == 1)
      #expect(try await daemon.alarms("list") == "no alarm is set\n")
      let history = try await daemon.alarms("history", "web.broken", "--json").split(separator: "\n").map {
        try JSONLine.decode(AlarmHistoryReport.self, from: $0.utf8)
      }
      // Newest first; the oldest is that the rule was registered while nothing was set.
      #expect(history.map(\.event).filter { ["raised", "cleared"].contains($0) } == ["cleared", "raised", "cleared"])
      #expect(history.contains { $0.event == "remedyEnded" && $0.text == "finished" })
      #expect(try await daemon.alarms("list", "web.*", "--all", "--json").contains(#""alarm":"web.down""#))
      let status = try await Holdfast.run(["status"], in: daemon.folder)
      #expect(status.output.contains("no alarm is set\n"))
    }

    @Test func `RM4 a remedy is killed at its limit with everything that it started`() async throws {
      let daemon = try await DaemonProcess(
        """
        remedies:
          x: { shell: "sleep 1000 & echo $! > pid; trap '' TERM; wait", timeout: 200ms, stop: [TERM, 100ms, KILL] }

        """)
      _ = try await daemon.alarms("set", "x")
      let pid = try await daemon.pidFile()
      try await daemon.wait(message: "remedy ended")
      // The run is over at its limit; its processes have their grace.
      while isAlive(pid) { await Task.yield() }
      #expect(try await daemon.alarms("show", "x").contains("stopped at its limit"))
      #expect(try await daemon.alarms("list", "--json").contains(#""alarm":"x""#))
    }

    @Test func `RM1 remedies restart programs and enqueue jobs, also when somebody asks`() async throws {
      let daemon = try await DaemonProcess(
        """
        programs: { web: { command: [sleep, "1000"] } }
        jobs: { fix: { shell: cat } }
        remedies: { web.sick: { restart: web }, disk.odd: { job: fix } }

        """)
      let before = try await daemon.programs()["web"]?.pid
      _ = try await daemon.alarms("set", "web.sick")
      try await daemon.wait("stopped", "web")
      #expect(try await daemon.wait("ready", "web").pid != before)
      _ = try await daemon.alarms("set", "disk.odd", "smells")
      guard case .object(let incident) = try await daemon.job("1", until: "completed").output else {
        throw Failure(.failed, "no incident")
      }
      #expect(incident["alarm"] == .string("disk.odd") && incident["description"] == .string("smells"))
      #expect(try await daemon.command(["remedies", "run", "disk.odd"]) == "disk.odd: its remedy begins\n")
      _ = try await daemon.job("2", until: "completed")
      let list = try await daemon.command(["remedies"])
      #expect(list.contains("disk.odd  job fix         waitingToRetry  2         -\n"), "\(list)")
    }
  }
}
