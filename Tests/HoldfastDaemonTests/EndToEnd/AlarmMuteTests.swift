import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon

extension EndToEndTests {
  /// What keeps a real daemon quiet.
  @Suite struct AlarmMuteTests {
    @Test func `AL41 while somebody works nothing is told, and remedies wait`() async throws {
      let file = """
        remedies: { disk.odd: { shell: "touch repaired" } }
        notify: [{ name: file, shell: "cat >> told; echo >> told", wait: 0, interval: 0 }]

        """
      let daemon = try await DaemonProcess(file)
      #expect(try await daemon.alarms("maintenance") == "no work is planned\n")
      let plan = ["maintenance", "start", "move", "disk.*", "net.down(*)", "--for", "1h", "--note", "new disks"]
      #expect(
        try await daemon.command(["alarms"] + plan) == "move: under way; nothing is sent about its alarms\n")
      let later = ["maintenance", "start", "later", "a.b", "--for", "1h", "--at", "2099-01-01T00:00:00Z"]
      #expect(try await daemon.command(["alarms"] + later + ["--keep-remedies"]) == "later: planned\n")
      _ = try await daemon.alarms("set", "disk.odd", "smells")
      let list = try await daemon.alarms("list")
      #expect(list.contains("maintenance by \(Actor.current), ends in 59 min") && list.contains(": new disks"))
      #expect(list.contains("remedy waits"))
      daemon.signal(SIGKILL)
      _ = await daemon.status()
      let next = try await DaemonProcess(file, in: daemon.folder)
      let work = try await next.alarms("maintenance", "--json").split(separator: "\n").map {
        try JSONLine.decode(MuteReport.self, from: $0.utf8)
      }
      #expect(work.map(\.name) == ["move", "later"] && work.map(\.state) == ["underWay", "planned"])
      #expect(work.map(\.remediesPaused) == [true, false] && work.first?.patterns == ["disk.*", "net.down(*)"])
      #expect(!FileManager.default.fileExists(atPath: next.folder.path + "/repaired"))
      #expect(try await next.alarms("maintenance", "end", "move") == "move: ended\n")
      // What is still set is told, once, and repaired.
      #expect(try await next.told(lines: 1).first?.alarms.map(\.alarm.description) == ["disk.odd"])
      try await next.wait(message: "remedy ended")
      #expect(FileManager.default.fileExists(atPath: next.folder.path + "/repaired"))
      #expect(try await next.alarms("maintenance", "end", "later") == "later: ended\n")
    }

    @Test func `AL41 shelves are listed whether their alarms are set or not, and say in the history when they end`()
      async throws
    {
      let daemon = try await DaemonProcess("alarms: { copy: disk.odd }\n")
      #expect(try await daemon.alarms("shelves") == "nothing is put aside\n")
      _ = try await daemon.alarms("shelve", "net.*", "--for", "1h", "--note", "known", "--until-clear")
      _ = try await daemon.alarms("shelve", "disk.odd", "--for", "300ms")
      #expect(try await daemon.alarms("list") == "no alarm is set\n")
      let shelves = try await daemon.alarms("shelves", "--json").split(separator: "\n").map {
        try JSONLine.decode(MuteReport.self, from: $0.utf8)
      }
      #expect(shelves.first?.patterns == ["net.*"] && shelves.first?.untilClear == true)
      #expect(try await daemon.alarms("shelves").contains("or when clear  go on     \(Actor.current)"))
      while try await daemon.alarms("shelves", "--json").contains("disk.odd") {}
      let history = try await daemon.alarms("history", "--json").split(separator: "\n").map {
        try JSONLine.decode(AlarmHistoryReport.self, from: $0.utf8)
      }
      let events = history.filter { $0.alarm == "disk.odd" }
      #expect(
        events.map(\.event) == ["unshelved", "shelved"] && events.map(\.by) == [nil, Actor.current], "\(events)")
    }

    @Test
    func `AL41 work that the file plans again and again keeps its alarms quiet, until the file says no more of it`()
      async throws
    {
      let alarms = "alarms: { copy: disk.odd }\n"
      let daemon = try await DaemonProcess(
        alarms + "maintenance: { sweep: { alarms: \"disk.*\", every: 1h, for: 2h, note: busy } }\n")
      _ = try await daemon.alarms("set", "disk.odd")
      #expect(try await daemon.alarms("list", "disk.*").contains("maintenance by configuration, ends in "))
      #expect(try await daemon.alarms("maintenance", "--json").contains(#""recurs":true"#))
      try daemon.folder.write(alarms, to: "holdfast.yml")
      let reload = try await Holdfast.run(["reload"], in: daemon.folder)
      #expect(reload.output == "now as the file says: maintenance sweep\n", "\(reload)")
      #expect(try await daemon.alarms("maintenance") == "no work is planned\n")
      #expect(try await !daemon.alarms("list", "disk.*").contains("maintenance"))
    }
  }
}
