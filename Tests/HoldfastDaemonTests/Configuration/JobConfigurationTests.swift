import Holdfast
import HoldfastPrograms
import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct JobConfigurationTests {
  @Test func `a kind of job needs no more than a command`() throws {
    let configuration = try read("jobs: { thumbnail: { command: [./worker.sh] } }")
    let job = try #require(configuration.jobs.first)
    #expect(
      job
        == JobConfiguration(
          process: ProgramConfiguration(name: "thumbnail", command: ["./worker.sh"], directory: "/srv/shop")))
    #expect(configuration.queues == [QueueEntry(name: "default")])
    #expect(configuration.store == "/srv/shop/.holdfast/holdfast.db")
    #expect(configuration.drain == .seconds(30))
    #expect(job.policy.maxAttempts == 1 && job.policy.timeout == nil && job.policy.maxCrashes == 3)
    // TERM, 5 s and KILL need their time before the run counts as stuck.
    #expect(job.policy.grace == .seconds(15))
  }

  @Test func `every key of a job is understood`() throws {
    let job = try #require(
      try read(
        """
        queues: { mail: }
        jobs:
          welcome:
            shell: "cat"
            directory: data
            environment: { A: b }
            inherit: none
            user: www
            umask: 077
            nice: 3
            resources: { memory: 64MiB }
            stop: [INT, 1s]
            queue: mail
            priority: -5
            timeout: 30s
            attempts: 5
            retry: { exponential: { from: 1s, to: 1m }, jitter: none }
            crashes: 2
            uniqueKey: "welcome-{user.id}"
            uniqueUntil: started
            executionKey: "{user.id}"
            executionLimit: 2
            exits: { 3: discard, 4: cancel, 5: { snooze: 5m }, 6: { retry: 1m }, 7: complete, 75: fail }
            output: 1KiB
        """
      ).jobs.first)
    var process = ProgramConfiguration(name: "welcome", command: ["/bin/sh", "-c", "cat"], directory: "/srv/shop/data")
    process.environment = ["A": "b"]
    process.inherit = .none
    process.user = "www"
    process.umask = 0o77
    process.nice = 3
    process.resources.memory = 64 << 20
    process.stop = [.signal(.interrupt), .wait(.seconds(1)), .signal(.kill)]
    var expected = JobConfiguration(process: process)
    expected.queue = "mail"
    expected.priority = -5
    expected.timeout = .seconds(30)
    expected.attempts = 5
    expected.retry = .backoff(
      BackoffConfiguration(
        shape: .exponential(from: .seconds(1), factor: 2), cap: .seconds(60), jitter: .none, immediateFirst: false))
    expected.crashes = 2
    expected.uniqueKey = try KeyTemplate("welcome-{user.id}")
    expected.uniqueUntil = .started
    expected.executionKey = try KeyTemplate("{user.id}")
    expected.executionLimit = 2
    expected.exits = [
      0: .complete, 75: .fail, 3: .discard, 4: .cancel, 5: .snooze(.seconds(300)), 6: .retry(after: .seconds(60)),
      7: .complete,
    ]
    expected.output = 1024
    #expect(job == expected)
  }

  @Test(arguments: [
    ("none", RetryConfiguration.none, 1), ("levels", .standardLevels, 13),
    ("{ levels: [1s, 10s, 1m] }", .levels([.seconds(1), .seconds(10), .seconds(60)]), 4),
    ("{ constant: 5s }", .backoff(.constant), 20),
  ])
  func `T1 T2 retries are levels or a backoff`(text: String, expected: RetryConfiguration, attempts: Int) throws {
    let job = try #require(try read("jobs: { a: { shell: x, retry: \(text) } }").jobs.first)
    #expect(job.retry == expected)
    #expect(job.policy.maxAttempts == attempts)
  }

  @Test func `queues and partitions are understood`() throws {
    let configuration = try read(
      """
      store: data/jobs.db
      drain: 5s
      queues:
        default:
        mail: { workers: 2, limit: 10, rate: 10/s, timeout: 1m, retention: { completed: 1h, others: 2d, discarded: 100 } }
        slow: { workers: 0, retention: 1d }
      partitions:
        acme: { weight: 2.5, limit: 3, queues: { mail: { workers: 1, rate: 3/10s } } }
        other:
      jobs: { a: { shell: x } }
      """)
    let retention = RetentionConfiguration(completed: .seconds(3600), others: .seconds(172_800), discarded: 100)
    let day = RetentionConfiguration(completed: .seconds(86400), others: .seconds(86400))
    #expect(configuration.store == "/srv/shop/data/jobs.db")
    #expect(configuration.drain == .seconds(5))
    #expect(
      configuration.queues == [
        QueueEntry(name: "default"),
        QueueEntry(
          name: "mail", workers: 2, limit: 10, rate: RateLimit(10, per: .seconds(1)), timeout: .seconds(60),
          retention: retention),
        QueueEntry(name: "slow", workers: 0, retention: day),
      ])
    let own = QueueEntry(name: "mail", workers: 1, rate: RateLimit(3, per: .seconds(10)))
    #expect(
      configuration.partitions == [
        PartitionEntry(name: "acme", weight: 2.5, limit: 3, queues: [own]), PartitionEntry(name: "other"),
      ])
    #expect(configuration.queue("mail", partition: "acme") == own)
    #expect(configuration.retention("mail", partition: "acme").maxDiscarded == 100)
    #expect(configuration.retention("gone", partition: "acme").completed == .seconds(24 * 3600))
  }

  @Test(arguments: [
    ("jobs: { a: { shell: x, queu: b } }", "holdfast.yml:1:24: jobs.a: unknown key `queu`; did you mean `queue`?"),
    (
      "jobs: { a: { shell: x, queue: mial } }\nqueues: { mail: }",
      "holdfast.yml:1:31: jobs.a.queue: there is no queue `mial`; did you mean `mail`?"
    ),
    (
      "jobs: { a: { command: [./no.sh] } }",
      "holdfast.yml:1:24: jobs.a.command: there is no executable file /srv/shop/no.sh"
    ),
    ("jobs: { a: }", "holdfast.yml:1:12: jobs.a: expected a mapping that describes a job, found nothing"),
    (
      "jobs: { a: { shell: x, priority: 101 } }",
      "holdfast.yml:1:34: jobs.a.priority: expected a whole number from -100 to 100"
    ),
    (
      "jobs: { a: { shell: x, attempts: 0 } }",
      "holdfast.yml:1:34: jobs.a.attempts: expected a whole number from 1 to 1000"
    ),
    (
      "jobs: { a: { shell: x, attempts: 3, retry: none } }",
      "holdfast.yml:1:34: jobs.a.attempts: 3 attempts need a `retry` other than none"
    ),
    (
      "jobs: { a: { shell: x, retry: levles } }",
      "holdfast.yml:1:31: jobs.a.retry: expected one of none, levels, constant, linear, exponential, fibonacci, found `levles`; did you mean `levels`?"
    ),
    (
      "jobs: { a: { shell: x, retry: { levels: [] } } }",
      "holdfast.yml:1:41: jobs.a.retry.levels: expected at least one delay"
    ),
    (
      "jobs: { a: { shell: x, executionKey: '{a' } }",
      "holdfast.yml:1:38: jobs.a.executionKey: has a `{` without its `}`"
    ),
    (
      "jobs: { a: { shell: x, executionLimit: 2 } }",
      "holdfast.yml:1:40: jobs.a.executionLimit: means nothing without `executionKey`"
    ),
    (
      "jobs: { a: { shell: x, exits: { 300: retry } } }",
      "holdfast.yml:1:33: jobs.a.exits: expected a whole number from 0 to 255, found `300`"
    ),
    (
      "jobs: { a: { shell: x, exits: { 1: snooze } } }",
      "holdfast.yml:1:36: jobs.a.exits.1: `snooze` needs a time, as in { snooze: 5m }"
    ),
    (
      "jobs: { a: { shell: x, exits: { 1: discrad } } }",
      "holdfast.yml:1:36: jobs.a.exits.1: expected one of complete, fail, retry, snooze, cancel, discard, found `discrad`; did you mean `discard`?"
    ),
    ("jobs: { a: { shell: x, output: 1GB } }", "holdfast.yml:1:32: jobs.a.output: expected a size of at most 128KiB"),
    (
      "queues: { a: { rate: 10 } }\njobs: {}",
      "holdfast.yml:1:22: queues.a.rate: expected a rate such as 10/s, 100/m or 3/10s, found `10`"
    ),
    (
      "queues: { a: { worker: 1 } }\njobs: {}",
      "holdfast.yml:1:16: queues.a: unknown key `worker`; did you mean `workers`?"
    ),
    (
      "partitions: { a: { weight: 0 } }\njobs: {}",
      "holdfast.yml:1:28: partitions.a.weight: expected a number above 0, at most 1000"
    ),
    (
      "store: postgres://db\njobs: {}",
      "holdfast.yml:1:8: store: `postgres://db` is an address: only files are supported"
    ),
    ("queues: { q: }", "holdfast.yml:1:1: `programs` is missing: give a mapping from names to programs"),
    (
      "jobs: { a: { shell: x } }\nprograms: { jobs: { shell: x } }",
      "holdfast.yml:2:13: programs.jobs: the name `jobs` is taken by what runs the jobs: rename one of them"
    ),
  ])
  func `mistakes are told with their place`(text: String, problem: String) {
    #expect(problems(of: text).contains { $0.hasPrefix(problem) }, "\(problems(of: text))")
  }

  @Test func `all mistakes are told at once`() {
    let text =
      "jobs: { a: { shell: x, queue: none, timeout: 5, exits: { x: y } }, b: {} }\nqueues: { d: { rate: fast } }"
    #expect(problems(of: text).count == 5)
  }

  @Test(arguments: [
    ("10/s", RateLimit(10, per: .seconds(1))), ("5/m", RateLimit(5, per: .seconds(60))),
    ("1/h", RateLimit(1, per: .seconds(3600))), ("3/10s", RateLimit(3, per: .seconds(10))),
    ("7/d", RateLimit(7, per: .seconds(86400))), ("2/250ms", RateLimit(2, per: .milliseconds(250))),
  ])
  func `rates are a count in a period`(text: String, expected: RateLimit) {
    #expect(RateText.parse(text) == expected)
  }

  @Test(arguments: ["", "10", "/s", "0/s", "10/", "10/0s", "10/x", "-1/s", "1.5/s", "1/s/s"])
  func `other rates are refused`(text: String) {
    #expect(RateText.parse(text) == nil)
  }
}

extension BackoffConfiguration {
  fileprivate static let constant = BackoffConfiguration(
    shape: .constant(.seconds(5)), cap: .seconds(5), jitter: .none, immediateFirst: false)
}
