import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon
@testable import HoldfastPrograms

extension EndToEndTests {
  @Suite struct AlarmTests {
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
      try await daemon.wait("ready", "web")
      #expect(try await daemon.wait("alarmCleared").message == "web.broken")
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

    @Test func `AL45 a command is told once of a raise and once of its end, as JSON`() async throws {
      let daemon = try await DaemonProcess(
        """
        notify: [{ name: file, match: "disk.*", shell: "cat >> told; echo >> told", wait: 0, interval: 0 }]
        alarms: { never: disk.odd }

        """)
      _ = try await daemon.alarms("set", "disk.odd", "smells")
      _ = try await daemon.alarms("set", "other.odd")
      _ = try await daemon.alarms("set", "disk.odd", "smells")
      _ = try await daemon.told(lines: 1)
      _ = try await daemon.alarms("clear", "disk.odd")
      let messages = try await daemon.told(lines: 2)
      #expect(messages.map(\.status) == [.firing, .resolved])
      #expect(messages.allSatisfy { $0.alarms.map(\.alarm.description) == ["disk.odd"] && $0.route == "file" })
      #expect(messages.first?.alarms.first?.description == "smells" && messages[0].key != messages[1].key)
      let jobs = try await daemon.jobs("list", "--kind", "holdfast.notify.command", "--json")
      #expect(jobs.split(separator: "\n").count == 2)
    }

    @Test func `AL45 an address gets messages signed with the secret of a file, which nobody else sees`() async throws {
      let (folder, receiver) = (try TemporaryFolder(), try Receiver())
      try folder.write("hush-hush\n", to: "secret")
      let hook = "http://127.0.0.1:\(receiver.port)/hook"
      let route =
        "{ match: disk.odd, webhook: \"\(hook)\", secret: { file: secret }, headers: { X-Team: shop }, wait: 0 }"
      let daemon = try await DaemonProcess("alarms: { copy: disk.odd }\nnotify: [\(route)]\n", in: folder)
      _ = try await daemon.alarms("set", "disk.odd", "smells")
      let (head, body) = try await receiver.request()
      let headers = head.split(separator: "\r\n").map(String.init)
      #expect(headers.first == "POST /hook HTTP/1.1" && headers.contains("X-Team: shop"), "\(head)")
      let signature = try #require(headers.first { $0.hasPrefix("Holdfast-Signature: t=") })
      let time = try #require(Int64(signature.dropFirst(22).prefix { $0 != "," }))
      #expect(signature.hasSuffix(WebhookSignature.value(of: body, secret: "hush-hush", at: time)))
      #expect(try JSONLine.decode(AlarmNotification.self, from: body).alarms.first?.description == "smells")
      #expect(try await daemon.job("1", until: "completed").kind == "holdfast.notify.webhook")
      daemon.signal(SIGTERM)
      _ = await daemon.status()
      for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where name != "secret" {
        let data = FileManager.default.contents(atPath: folder.path + "/" + name)
        #expect(data?.firstRange(of: Data("hush-hush".utf8)) == nil, "\(name)")
      }
    }

    @Test func `AL47 a schedule that fires later than its limit has an alarm`() async throws {
      let daemon = try await DaemonProcess(
        """
        jobs: { note: { shell: cat } }
        schedules: { often: { every: 1s, job: note, late: 1ms } }

        """, until: "alarmRaised")
      let row = try JSONLine.decode(AlarmRow.self, from: try await daemon.alarms("list", "--all", "--json").utf8)
      #expect(row.alarm == "schedule.late(often)" && row.description?.hasSuffix("s late") == true)
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
        try JSONLine.decode(MaintenanceReport.self, from: $0.utf8)
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
  }
}

extension DaemonProcess {
  /// What an `alarms` command that works prints.
  fileprivate func alarms(_ arguments: String...) async throws -> String {
    try await command(["alarms"] + arguments)
  }

  /// The next line of the log whose message begins so.
  fileprivate func wait(message: String) async throws {
    while try await !wait("log").message.hasPrefix(message) {}
  }

  /// The messages that a command has appended to `told`, once there are so many.
  fileprivate func told(lines count: Int) async throws -> [AlarmNotification] {
    while true {
      let text = FileManager.default.contents(atPath: folder.path + "/told").map { String(decoding: $0, as: UTF8.self) }
      let lines = (text ?? "").split(separator: "\n")
      if text?.hasSuffix("\n") == true, lines.count >= count {
        return try lines.map { try JSONLine.decode(AlarmNotification.self, from: $0.utf8) }
      }
      await Task.yield()
    }
  }
}
