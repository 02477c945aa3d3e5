import Foundation
import Holdfast
import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct JobRenderingTests {
  private let plain = Terminal(1, colours: false)
  private let now = Date(timeIntervalSince1970: 1_800_000_000)

  private func job(_ id: Int64, _ change: (inout JobRecord) -> Void = { _ in }) -> JobDetails {
    let time = WallTime(now)
    var record = JobRecord(
      id: JobID(id), draft: JobDraft(kind: "thumbnail", payload: Data(#"{"album":"x"}"#.utf8)), due: time,
      enqueued: time)
    change(&record)
    return JobDetails(record, at: time)
  }

  @Test func `UX8 a list of jobs is an aligned table with the time that matters`() {
    let jobs = [
      job(12) { $0.due = $0.due.advanced(by: .seconds(300)) },
      job(11) {
        ($0.state, $0.started, $0.attempt, $0.maxAttempts) = (.executing, $0.due.advanced(by: .seconds(-75)), 2, 5)
        $0.progress = JobProgress(0.4, note: "copying")
      },
      job(10) {
        ($0.state, $0.finished, $0.reason) = (.discarded, $0.due.advanced(by: .seconds(-3)), "no\nchance\u{1B}[2J")
        ($0.partition, $0.attempt) = ("acme", 1)
      },
    ]
    #expect(
      JobTable.lines(jobs, JobPageEnd(next: 10, partial: false), for: plain, now: now) == [
        "ID  KIND       STATE      QUEUE         ATTEMPT  WHEN              NOTE",
        "12  thumbnail  scheduled  default       0        in 5 min 0 s",
        "11  thumbnail  executing  default       2/5      since 1 min 15 s  40 % copying",
        "10  thumbnail  discarded  acme/default  1        3 s ago           no chance\u{FFFD}[2J",
        "… there are more: go on with --after 10",
      ])
    #expect(JobTable.lines([], nil, for: plain) == ["no job matches"])
  }

  @Test func `UX8 a job is shown one fact a line, without empty ones`() {
    let lines = JobText.lines(
      job(7) {
        ($0.state, $0.crashes, $0.attempt, $0.timeout) = (.completed, 1, 2, .seconds(90))
        ($0.output, $0.executionKey) = (Data(#""two\nlines\n""#.utf8), "x")
      }, for: plain, now: now)
    #expect(lines.first == "job 7 completed thumbnail")
    #expect(lines.contains("  attempt        2 of 2, one more because its process crashed"))
    #expect(lines.contains("  timeout        90s"))
    #expect(lines.contains("  execution key  x"))
    #expect(lines.contains(#"  payload        {"album":"x"}"#))
    #expect(!lines.contains { $0.contains("priority") || $0.contains("metadata") })
  }

  @Test func `UX8 queues say who paused them, and their limits`() {
    let queue = QueueReport(
      queue: "mail", partition: "acme", workers: 2, jobs: ["executing": 1, "queued": 5, "completed": 3],
      pauses: [QueueReport.Pause(scope: "queue 'mail'", by: "alice", at: now - 5, note: "printer")], limit: 4,
      rate: "10/s")
    let note = "queue 'mail' paused by alice 5 s ago: printer, limit 4, rate 10/s"
    #expect(
      QueueTable.lines([queue], for: plain, now: now) == [
        "QUEUE      WORKERS  RUNNING  QUEUED  WAITING  NEXT  ENDED  DISCARDED  PARKED  NOTE",
        "acme/mail  2        1        5       0        -     3      0          0       \(note)",
      ])
    #expect(QueueTable.summary(queue, for: plain, now: now) == "queue acme/mail: 1 of 2 running, 5 queued; \(note)")
  }

  @Test(arguments: [
    (RateLimit(10, per: .seconds(1)), "10/s"), (RateLimit(3, per: .seconds(10)), "3/10s"),
    (RateLimit(1, per: .seconds(3600)), "1/h"), (RateLimit(2, per: .milliseconds(250)), "2/250ms"),
    (RateLimit(2, per: .seconds(90)), "2/90s"),
  ])
  func `rates are written as they are read`(rate: RateLimit, text: String) {
    #expect(RateText.text(rate) == text)
    #expect(RateText.parse(text) == rate)
  }
}
