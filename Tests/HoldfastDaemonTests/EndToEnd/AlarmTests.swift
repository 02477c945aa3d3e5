import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon

extension EndToEndTests {
  /// Alarms of a real daemon: what is set, by whom, and what survives.
  @Suite struct AlarmTests {
    @Test func `AL43 AL40 AL41 after kill -9 alarms, notices and shelves are as they were`() async throws {
      let file = "alarms: { long: \"debounce(disk.odd, 1h)\", copy: disk.odd }\n"
      let daemon = try await DaemonProcess(file)
      #expect(try await daemon.alarms("set", "disk.odd", "smells", "--severity", "error") == "disk.odd: is set\n")
      #expect(try await daemon.alarms("ack", "disk.odd", "--note", "on it").hasPrefix("disk.odd: acknowledged"))
      #expect(try await daemon.alarms("shelve", "copy", "--for", "1h").hasPrefix("copy: shelved"))
      let before = try await daemon.alarms("list", "--json")
      daemon.signal(SIGKILL)
      _ = await daemon.status()
      let next = try await DaemonProcess(file, in: daemon.folder)
      #expect(try await next.alarms("list", "--json") == before)
      let rows = try before.split(separator: "\n").map { try JSONLine.decode(AlarmRow.self, from: $0.utf8) }
      #expect(rows.map(\.alarm) == ["disk.odd", "copy"])
      #expect(rows.first?.acknowledged?.by == Actor.current && rows.first?.acknowledged?.note == "on it")
      #expect(rows.last?.shelved?.by == Actor.current && rows.last?.description == "smells")
      let shown = try await next.alarms("show", "long")
      #expect(shown.contains("rule         debounce(disk.odd, 1h)\n") && shown.contains("changes in 59m"))
      #expect(try await next.alarms("ack", "disk.odd", "--undo").contains("not acknowledged"))
      #expect(try await next.alarms("unshelve", "copy") == "copy: taken from the shelf\n")
      #expect(try await next.alarms("clear", "disk.odd") == "disk.odd: is clear\n")
      #expect(try await next.alarms() == "no alarm is set\n")
    }

    @Test func `AL40 AL41 the history says who set, cleared and put aside`() async throws {
      let daemon = try await DaemonProcess("alarms: { copy: disk.odd }\n")
      _ = try await daemon.alarms("set", "disk.odd", "smells")
      _ = try await daemon.alarms("shelve", "disk.odd", "--note", "known")
      _ = try await daemon.alarms("clear", "disk.odd")
      let history = try await daemon.alarms("history", "disk.odd", "--json").split(separator: "\n").map {
        try JSONLine.decode(AlarmHistoryReport.self, from: $0.utf8)
      }
      #expect(history.map(\.event) == ["cleared", "shelved", "raised"])
      #expect(history.allSatisfy { $0.by == Actor.current })
      let copy = try await daemon.alarms("history", "copy")
      #expect(copy.contains("raised") && !copy.contains(Actor.current))
    }

    @Test func `AL5 AL7 what is wrong is told with its status, and nothing changes`() async throws {
      let daemon = try await DaemonProcess("alarms: { copy: disk.odd }\n")
      for (arguments, status, words) in [
        (["set", "9lives"], 2, "`9lives` is no alarm: at character 1, "),
        (["set", "net.down(eth0"], 2, "at character 14"),
        (["set", "copy"], 2, "copy: follows from a rule"),
        (["set", "x", "--severity", "eror"], 2, "did you mean `error`?"),
        (["show", "copi"], 3, "did you mean `copy`?"), (["ack", "disk.odd"], 3, "disk.odd"),
        (["shelve", "a.("], 2, "is no pattern"), (["unshelve", "a.b"], 3, "a.b"), (["history", "("], 2, "is no alarm"),
        (["shelve", "a.*", "--for", "5x"], 2, "is invalid"),
        (["maintenance", "start", "a", "x.("], 2, "--for"),
        (["maintenance", "end", "a"], 3, "a: is no maintenance in"),
        (["maintenance", "start", "a", "x.(", "--for", "1h"], 2, "`x.(` is no pattern"),
        (
          ["maintenance", "start", "a", "x", "--for", "1h", "--at", "2001-01-01T00:00:00Z"], 2,
          "a: ends before it begins; give a later end"
        ), (["history", "-n", "0"], 2, "-n takes a number"),
      ] as [([String], Int32, String)] {
        let result = try await Holdfast.run(["alarms"] + arguments, in: daemon.folder)
        #expect(result.status == status && result.errors.contains(words), "\(arguments): \(result)")
      }
      let refused = try await Holdfast.run(["remedies", "run", "x"], in: daemon.folder)
      #expect(refused.status == 3 && refused.errors.contains("has no remedy"), "\(refused)")
      #expect(
        try await daemon.alarms("lint") == "disk.odd: a rule looks at it, and nobody has ever reported it\n")
      #expect(try await daemon.alarms("history", "disk.odd") == "nothing happened yet\n")
    }

    @Test func `AL30 a reload adds rules and keeps what others remember`() async throws {
      let daemon = try await DaemonProcess("alarms: { copy: disk.odd, old: disk.odd }\n")
      _ = try await daemon.alarms("set", "disk.odd")
      let before = try await daemon.alarms("list", "copy", "--json")
      try daemon.folder.write("alarms: { copy: disk.odd, new: disk.odd and copy }\n", to: "holdfast.yml")
      let reload = try await Holdfast.run(["reload"], in: daemon.folder)
      #expect(reload.output == "now as the file says: alarm new, alarm old\n", "\(reload)")
      #expect(try await daemon.alarms("list", "copy", "--json") == before)
      #expect(try await daemon.alarms("list", "--json").contains(#""alarm":"new""#))
      #expect(try await Holdfast.run(["alarms", "show", "old"], in: daemon.folder).status == 3)
    }
  }
}
