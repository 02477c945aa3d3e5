import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon
@testable import HoldfastPrograms

extension EndToEndTests {
  /// Who is told by a real daemon.
  @Suite struct AlarmNotificationTests {
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
  }
}
