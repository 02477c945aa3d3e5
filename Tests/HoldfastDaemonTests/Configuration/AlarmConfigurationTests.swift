import Holdfast
import HoldfastPrograms
import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct AlarmConfigurationTests {
  private static let base = "programs: { web: { command: [sleep, \"1\"], ready: { tcp: 80 } } }\n"

  @Test func `AL20 AL28 RM8 everything about alarms is read, with its defaults`() throws {
    let configuration = try read(
      Self.base + """
        jobs: { fix: { command: [./worker.sh], executionKey: "{disk}" } }
        alarms:
          web.unstable:
            when: debounce(web.down, 15s) or intensity(web.down, 3, 60s)
            severity: critical
            description: the shop does not stay up
            remedy: { command: [./worker.sh, now], timeout: 90s, retry: 60s, attempts: 3, escalate: { restart: web } }
            latch: true
            inhibits: [shop.slow, "cart.*"]
          short: flapping(web.down)
          net.flaky($card): { when: "flapping(net.down($card))", instances: [eth0, wlan0] }
        remedies:
          disk.almostFull(/srv): { job: fix, payload: { disk: sda }, backoff: exponential, dryRun: true, coolDown: 1m }
        notify:
          - { match: "web.*", severity: error, webhook: "https://example.org/hook", group: route, wait: 5s, repeat: 1d }
          - { name: pager, command: [./worker.sh], match: [a.b, "c(*)"], interval: 0, resolved: false, repeat: never }
          - { log: true }

        """)
    #expect(configuration.alarms.map(\.name) == ["web.unstable", "short", "net.flaky(eth0)", "net.flaky(wlan0)"])
    let alarm = try #require(configuration.alarms.first)
    #expect(alarm.rule.when.description == "debounce(web.down, 15s) or intensity(web.down, 3, 1m)")
    #expect(alarm.rule.severity == .critical && alarm.rule.description == "the shop does not stay up")
    #expect(alarm.latches && alarm.inhibits.map(\.description) == ["shop.slow", "cart.*"])
    let remedy = try #require(alarm.remedy)
    guard case .command(let program) = remedy.action else { throw Failure(.failed, "\(remedy.action)") }
    #expect(program.command == ["./worker.sh", "now"] && program.directory == "/srv/shop")
    #expect(program.stop == RemedyEntry.stop)
    #expect(remedy.policy == RemedyPolicyEntry(timeout: .seconds(90), retry: .after(.seconds(60)), attempts: 3))
    #expect(remedy.next == [RemedyEntry(action: .restart("web"))])
    let other = try #require(configuration.remedies[AlarmID("disk.almostFull", "/srv")])
    #expect(other.action == .job("fix", payload: #"{"disk":"sda"}"#) && other.policy.dryRun)
    #expect(other.policy.retry == .backoff(BackoffConfiguration()) && other.policy.coolDown == .seconds(60))
    #expect(configuration.notify.map(\.route.name) == ["webhook", "pager", "log"])
    let (first, second) = (configuration.notify[0].route, configuration.notify[1].route)
    #expect(first.target == .webhook("https://example.org/hook") && first.grouping == .route)
    #expect(first.severity == .error && first.wait == .seconds(5) && first.repeats == .seconds(86400))
    #expect(second.match.map(\.description) == ["a.b", "c(*)"] && second.repeats == nil && !second.sendsResolved)
    #expect(configuration.notify[1].command?.command == ["./worker.sh"] && second.interval == .zero)
    #expect(configuration.queueNames == ["default", "notifications"])
  }

  @Test func `AL41 work that comes again is read, with its defaults`() throws {
    let configuration = try read(
      Self.base + """
        maintenance:
          backup: { alarms: "net.*", cron: "0 2 * * SUN", zone: Europe/Vienna, for: 2h, note: busy }
          sweep: { alarms: [a.b, "c(*)"], every: 1d, for: 5m, keepRemedies: true }

        """)
    let (first, second) = (configuration.maintenance[0], configuration.maintenance[1])
    #expect(first.name == "backup" && first.rule.description == "0 2 * * SUN in Europe/Vienna")
    #expect(first.patterns.map(\.description) == ["net.*"] && first.duration == .seconds(7200))
    #expect(first.note == "busy" && first.pausesRemedies && !second.pausesRemedies)
    #expect(second.patterns.count == 2 && second.rule.description == "@every 1d" && second.duration == .seconds(300))
    #expect(configuration.hasAlarms && configuration.hasStore)
  }

  @Test(arguments: [
    ("maintenance: { a: { cron: \"0 2 * * *\", for: 2h } }", "maintenance.a: `alarms` is missing: give"),
    ("maintenance: { a: { alarms: x, for: 2h } }", "give exactly one of `cron`, `every` and `at`"),
    ("maintenance: { a: { alarms: x, cron: \"0 2 * * *\" } }", "maintenance.a: `for` is missing"),
    ("maintenance: { a: { alarms: x, cron: \"@manual\", for: 2h } }", "begins at no time"),
    ("maintenance: { a: { alarms: x, every: 1h, for: 5ms } }", "at least 1s"),
    ("maintenance: { a: { alarms: \"x.(\", every: 1h, for: 5m } }", "maintenance.a.alarms: "),
    ("alarms: { x: { wehn: a } }", "1:16: alarms.x: unknown key `wehn`; did you mean `when`?"),
    ("alarms: { x: { severity: error } }", "1:14: alarms.x: `when` is missing: give a rule such as"),
    ("alarms: { x: { when: a, severity: bad } }", "alarms.x.severity: expected one of debug"),
    ("alarms: { x: \"debounce(a 15s)\" }", "1:26: alarms.x: "),
    ("alarms: { x: { when: \"a and (b or\" } }", "1:34: alarms.x.when: "),
    ("alarms: { x: y, y: x }", "would depend on itself: y → x → y"),
    ("alarms: { 9x: y }", "1:11: alarms: 9x: "),
    (
      "alarms: { x: { when: a, remedy: { timeout: 1s } } }",
      "give exactly one of `command`, `shell`, `job` and `restart`"
    ),
    ("alarms: { x: { when: a, remedy: { job: fix } } }", "1:40: alarms.x.remedy.job: there is no kind of job `fix`"),
    ("alarms: { x: { when: a, remedy: { restart: wbe } } }", "there is no program or group `wbe`; did you mean `web`?"),
    ("alarms: { x: { when: a, remedy: { restart: web, command: [sleep] } } }", "give exactly one of"),
    ("alarms: { x: { when: a, remedy: { restart: web, nice: 1 } } }", "means nothing without `command`: remove it"),
    ("alarms: { x: { when: a, remedy: { command: [nope] } } }", "`nope` is not in PATH"),
    (
      "alarms: { x: { when: a, remedy: { restart: web, retry: 1s, backoff: none } } }",
      "give `retry` or `backoff`, not both"
    ),
    (
      "alarms: { x: { when: a, remedy: { restart: web, escalate: { restart: web } } } }",
      "escalate: means nothing without `attempts`"
    ),
    ("alarms: { web.down: a }", "1:11: alarms.web.down: is set and cleared by the daemon itself"),
    (
      "alarms: { x: { when: a, remedy: { restart: web } } }\nremedies: { x: { restart: web } }",
      "2:13: remedies.x: has a remedy under `alarms:` already"
    ),
    ("remedies: { \"x(\": { restart: web } }", "1:16: remedies: "),
    ("notify: { log: true }", "1:9: notify: expected a list of routes"),
    ("notify: [{ match: \"*\" }]", "1:10: notify[0]: give exactly one of `webhook`, `command`, `shell` and `log`"),
    ("notify: [{ log: true, webhook: \"https://x\" }]", "give exactly one of"),
    ("notify: [{ webhook: example.org }]", "`example.org` is no address"),
    (
      "notify: [{ webhook: \"https://x\", secret: hush }]",
      "1:42: notify[0].secret: give one of { value: … }, { file: … }"
    ),
    ("notify: [{ webhook: \"https://x\", secret: { fil: a } }]", "unknown key `fil`; did you mean `file`?"),
    ("notify: [{ webhook: \"https://x\", secret: { file: a, value: hush } }]", "give exactly one of `value`, `file`"),
    ("notify: [{ webhook: \"https://x\", secret: { value: \"\" } }]", "notify[0].secret.value: is empty: "),
    ("notify: [{ webhook: \"https://x\", headers: { \"a b\": c } }]", "notify[0]: `a b` is no name for a header; use "),
    ("notify: [{ webhook: \"https://x\", headers: [a] }]", "notify[0].headers: give a mapping from names of headers"),
    ("notify: [{ webhook: \"https://x\", headers: { content-type: a } }]", "is set by Holdfast itself; leave it out"),
    ("notify: [{ webhook: \"https://x\", timeout: 26s }]", "notify[0]: a timeout of 26.0 seconds does not fit"),
    ("notify: [{ webhook: \"https://x\", timeout: soon }]", "notify[0].timeout: expected a duration such as"),
    ("notify: [{ log: true, secret: { file: a } }]", "notify[0].secret: means nothing without `webhook`: remove it"),
    ("notify: [{ log: true, match: \"a.(\" }]", "notify[0].match: "),
    ("notify: [{ log: true, name: a }, { log: true, name: a }]", "there are two routes named `a`"),
    ("notify: [{ log: true, name: holdfast }]", "is the name of our own route"),
    ("notify: [{ log: true, repeat: 0 }]", "notify[0].repeat: expected a duration longer than 0"),
    (
      "programs: { alarms: { command: [sleep] } }\nalarms: { x: a }",
      "the name `alarms` is taken by what keeps the alarms"
    ),
  ])
  func `AL12 AL31 what does not fit is told at its place`(text: String, expected: String) {
    let text = text.hasPrefix("programs") ? text : text + "\n" + Self.base
    let found = problems(of: text)
    #expect(found.contains { $0.contains(expected) }, "\(found)")
  }

  @Test func `AL45 an address has its secret, its headers and its time`() throws {
    let sources: [(String, WebhookSecret)] = [
      ("file: keys/hook", .file("/srv/shop/keys/hook")), ("file: /etc/hook", .file("/etc/hook")),
      ("environment: HOOK", .environment("HOOK")), ("value: 12345", .value("12345")),
    ]
    for (text, secret) in sources {
      let options = "secret: { \(text) }, headers: { X-Team: shop, X-Number: 7 }, timeout: 5s"
      let configuration = try read(Self.base + "notify: [{ webhook: \"https://example.org\", \(options) }]")
      #expect(
        try configuration.notify.map(\.webhook) == [
          WebhookOptions(secret: secret, headers: ["X-Team": "shop", "X-Number": "7"], timeout: .seconds(5))
        ])
      #expect(!"\(configuration)".contains("12345"))
      let settings = configuration.notify.map(\.route.target.settings)
      #expect(settings == [["url": "https://example.org"]])
    }
    let plain = try read(Self.base + "notify: [{ webhook: \"https://example.org\" }, { log: true }]")
    #expect(try plain.notify.map(\.webhook) == [WebhookOptions(), nil])
  }

  @Test(arguments: ["secret: hush", "secret: { value: hush, file: a }", "secret: [hush]", "headers: hush"])
  func `AL45 what may be secret is not part of a complaint`(text: String) {
    let found = problems(of: "notify: [{ webhook: \"https://x\", \(text) }]\n" + Self.base)
    #expect(found.count == 1 && !found.joined().contains("hush"), "\(found)")
  }

  @Test func `AL30 a reload names what differs, and nothing else`() throws {
    let file = Self.base + "notify: [{ log: true }]\nalarms: { a: web.down, b: { when: web.down"
    let old = try read(file + " } }")
    #expect(ConfigurationChange(from: old, to: old).jobs.isEmpty)
    let new = try read(file + ", remedy: { restart: web } } }\nremedies: { c: { restart: web } }")
    #expect(ConfigurationChange(from: old, to: new).jobs == ["alarm b", "remedy c"])
    #expect(
      ConfigurationChange(from: new, to: try read(Self.base + "alarms: { a: web.down }")).jobs == [
        "alarm b", "remedy c", "route log",
      ])
  }
}
