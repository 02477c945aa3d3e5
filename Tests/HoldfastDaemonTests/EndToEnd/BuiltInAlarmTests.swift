import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon

extension EndToEndTests {
  /// What a real daemon says of itself.
  @Suite struct BuiltInAlarmTests {
    @Test func `AL47 a schedule that fires later than its limit has an alarm`() async throws {
      let daemon = try await DaemonProcess(
        """
        jobs: { note: { shell: cat } }
        schedules: { often: { every: 1s, job: note, late: 1ms } }

        """, until: "alarmRaised")
      let row = try JSONLine.decode(AlarmRow.self, from: try await daemon.alarms("list", "--all", "--json").utf8)
      #expect(row.alarm == "schedule.late(often)" && row.description?.hasSuffix("s late") == true)
    }

    @Test func `AL47 an ordinary start is no trouble, one that takes long is`() async throws {
      let daemon = try await DaemonProcess(
        """
        programs:
          quick: { shell: "echo here; exec sleep 1000", ready: { line: here } }
          web:
            shell: "until test -e go; do sleep 0.01; done; echo here; exec sleep 1000"
            ready: { line: here, within: 2s }
        alarms: { web.slow: web.unready }

        """, until: "alarmRaised")
      try daemon.folder.write("", to: "go")
      #expect(try await daemon.wait("alarmCleared").message == "web.slow")
      #expect(try await daemon.alarms("history", "web.unready").contains("raised"))
      let history = try await daemon.alarms("history", "--json").split(separator: "\n").map {
        try JSONLine.decode(AlarmHistoryReport.self, from: $0.utf8)
      }
      #expect(!history.contains { $0.alarm.hasPrefix("quick.") && $0.event == "raised" }, "\(history)")
    }

    @Test func `AL47 a parked program has an alarm until somebody starts it`() async throws {
      let daemon = try await DaemonProcess(
        """
        programs:
          web:
            shell: "test -e data || exit 3; exec sleep 1000"
            limit: { failures: 1, then: park }
            backoff: { constant: 10ms }
        alarms: { web.gone: web.parked }

        """, until: "alarmRaised")
      let rows = try await daemon.alarms("list", "web.*", "--json").split(separator: "\n").map {
        try JSONLine.decode(AlarmRow.self, from: $0.utf8)
      }
      #expect(Set(rows.map(\.alarm)) == ["web.parked", "web.down", "web.gone"])
      #expect(rows.first?.alarm == "web.parked" && rows.first?.severity == "critical")
      try daemon.folder.write("", to: "data")
      _ = try await daemon.command(["start", "web"])
      try await daemon.wait("alarmCleared")
      #expect(try await daemon.alarms("list") == "no alarm is set\n")
    }

    @Test func `AL47 a schedule that the file no longer has is late no more`() async throws {
      let schedule = "schedules: { often: { every: 1s, job: note, late: 1ms } }\n"
      let daemon = try await DaemonProcess("jobs: { note: { shell: cat } }\n" + schedule, until: "alarmRaised")
      try daemon.folder.write("jobs: { note: { shell: cat } }\n", to: "holdfast.yml")
      #expect(try await Holdfast.run(["reload"], in: daemon.folder).status == 0)
      #expect(try await daemon.wait("alarmCleared").message == "schedule.late(often)")
    }
  }
}
