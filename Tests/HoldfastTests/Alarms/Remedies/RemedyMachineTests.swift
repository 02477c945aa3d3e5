import HoldfastTesting
import Testing

@testable import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A remedy whose runs take a certain time, played on a timeline in milliseconds.
private struct RemedyPlay {
  enum Act: Sendable {
    case raise, clear, remove, runNow
    case replace(RemedyPolicy)
  }

  var machine: RemedyMachine
  /// How long each run takes; the last one stands for all that follow.
  var takes: [Int64]
  var fails = false
  /// How long a stopped run takes to end.
  var lingers: Int64 = 0
  private var random = SplitMix64(seed: 1)
  private var ends: [(run: UInt64, at: Int64, outcome: RemedyOutcome)] = []
  private(set) var log: [String] = []

  init(_ policy: RemedyPolicy, takes: [Int64], fails: Bool = false, lingers: Int64 = 0) {
    machine = RemedyMachine(policy)
    (self.takes, self.fails, self.lingers) = (takes, fails, lingers)
  }

  static func at(_ time: Int64) -> Instant { Instant(nanoseconds: time * 1_000_000) }

  mutating func play(_ acts: [(Int64, Act)], until end: Int64) -> [String] {
    for (time, act) in acts {
      run(until: time)
      perform(act, at: time)
    }
    run(until: end)
    return log
  }

  private mutating func perform(_ act: Act, at time: Int64) {
    switch act {
    case .raise: obey(machine.raised(at: Self.at(time)), at: time)
    case .clear: obey(machine.cleared(at: Self.at(time)), at: time)
    case .remove: obey(machine.remove(at: Self.at(time)), at: time)
    case .runNow: obey(machine.runNow(at: Self.at(time)), at: time)
    case .replace(let policy): obey(machine.replace(with: policy, at: Self.at(time)), at: time)
    }
  }

  /// Everything that happens before or at a time, in order.
  private mutating func run(until end: Int64) {
    while true {
      let wake = machine.nextWakeUp.map { $0.nanoseconds / 1_000_000 }
      let ending = ends.min { $0.at < $1.at }
      if let ending, ending.at <= min(end, wake ?? .max) {
        ends.removeAll { $0.run == ending.run }
        obey(machine.ended(run: ending.run, ending.outcome, at: Self.at(ending.at), using: &random), at: ending.at)
      } else if let wake, wake <= end {
        obey(machine.advance(to: Self.at(wake), using: &random), at: wake)
      } else {
        return
      }
    }
  }

  private mutating func obey(_ effects: [RemedyMachine.Effect], at time: Int64) {
    for effect in effects {
      switch effect {
      case .start(let run, let attempt):
        log.append("\(time) start#\(attempt)")
        let lasts = takes.count > 1 ? takes.removeFirst() : takes[0]
        ends.append((run, time + lasts, fails ? .failed("no") : .finished))
      case .stop(let run):
        log.append("\(time) stop")
        ends.removeAll { $0.run == run }
        ends.append((run, time + lingers, .cancelled))
      case .wouldStart(_, let attempt): log.append("\(time) would#\(attempt)")
      case .exhausted(let attempts): log.append("\(time) exhausted#\(attempts)")
      case .recovered: log.append("\(time) recovered")
      }
    }
  }
}

/// RM1–RM10 as tables.
@Suite struct RemedyMachineTests {
  fileprivate struct Row: Sendable, CustomTestStringConvertible {
    var name: String
    var policy = RemedyPolicy()
    var takes: [Int64] = [5]
    var fails = false
    var lingers: Int64 = 0
    var acts: [(Int64, RemedyPlay.Act)]
    var until: Int64 = 1000
    var expected: [String]
    var state: RemedyState
    var testDescription: String { name }
  }

  private static func every(
    _ retry: Int64, timeout: Int64? = nil, attempts: Int? = nil, cool: Int64 = 0, rerun: Bool = false
  ) -> RemedyPolicy {
    RemedyPolicy(
      timeout: timeout.map { .milliseconds($0) }, retry: .after(.milliseconds(retry)), maxAttempts: attempts,
      coolDown: .milliseconds(cool), rerunIfRaisedDuringRun: rerun)
  }

  private static let rows: [Row] = [
    Row(name: "RM1 starts at once", acts: [(3, .raise)], expected: ["3 start#1"], state: .waitingToRetry),
    Row(
      name: "RM2 finishes although the alarm clears", takes: [100], acts: [(0, .raise), (10, .clear)],
      expected: ["0 start#1"], state: .clear),
    Row(
      name: "RM3 set, clear, set is one run", policy: every(300), takes: [100],
      acts: [(0, .raise), (10, .clear), (20, .raise), (350, .clear)], expected: ["0 start#1"], state: .clear),
    Row(
      name: "RM3 one more run where that is wanted", policy: every(300, rerun: true), takes: [100],
      acts: [(0, .raise), (10, .clear), (20, .raise), (30, .clear), (40, .raise)], until: 350,
      expected: ["0 start#1", "100 start#2"], state: .waitingToRetry),
    Row(
      name: "RM4 a run that is too long is stopped and repeated", policy: every(100, timeout: 50), takes: [1000],
      acts: [(0, .raise)], until: 320, expected: ["0 start#1", "50 stop", "150 start#2", "200 stop", "300 start#3"],
      state: .running),
    Row(
      name: "RM4 the next run waits for the end of a stopped one", policy: every(100, timeout: 50), takes: [1000],
      lingers: 180, acts: [(0, .raise)], until: 240, expected: ["0 start#1", "50 stop", "230 start#2"], state: .running),
    Row(
      name: "RM5 too long although clear, and the next raise works", policy: RemedyPolicy(timeout: .milliseconds(50)),
      takes: [1000, 5], acts: [(0, .raise), (5, .clear), (120, .raise)],
      expected: ["0 start#1", "50 stop", "120 start#1"], state: .waitingToRetry),
    Row(
      name: "RM6 a failure is repeated, not after the alarm cleared", policy: every(100), takes: [0], fails: true,
      acts: [(0, .raise), (150, .clear)], expected: ["0 start#1", "100 start#2"], state: .clear),
    Row(
      name: "RM7 one run a raise without repetition", acts: [(0, .raise), (500, .clear), (600, .raise)],
      expected: ["0 start#1", "600 start#1"], state: .waitingToRetry),
    Row(
      name: "RM7 repetition counts from the end", policy: every(150), acts: [(0, .raise)], until: 400,
      expected: ["0 start#1", "155 start#2", "310 start#3"], state: .waitingToRetry),
    Row(
      name: "RM8 replaced without options, it is not repeated", policy: every(50),
      acts: [(0, .raise), (20, .replace(RemedyPolicy()))], expected: ["0 start#1"], state: .waitingToRetry),
    Row(
      name: "RM8 another repetition begins the wait anew", policy: every(500),
      acts: [(0, .raise), (100, .replace(every(50)))], until: 190, expected: ["0 start#1", "150 start#2"],
      state: .waitingToRetry),
    Row(
      name: "RM8 another limit counts from now", policy: every(500, timeout: 900), takes: [1000],
      acts: [(0, .raise), (100, .replace(every(500, timeout: 50)))], until: 200, expected: ["0 start#1", "150 stop"],
      state: .waitingToRetry),
    Row(
      name: "RM8 the same options change nothing", policy: every(100),
      acts: [(0, .raise), (50, .replace(every(100)))], until: 110, expected: ["0 start#1", "105 start#2"],
      state: .waitingToRetry),
    Row(
      name: "RM9 removed, its run is stopped and nothing follows", policy: every(10), takes: [100],
      acts: [(0, .raise), (10, .remove), (20, .raise), (30, .runNow)], expected: ["0 start#1", "10 stop"], state: .clear
    ),
    Row(
      name: "RM10 attempts are used up, until the next incident", policy: every(100, attempts: 2), fails: true,
      acts: [(0, .raise), (500, .clear), (600, .raise)], until: 650,
      expected: ["0 start#1", "105 start#2", "110 exhausted#2", "500 recovered", "600 start#1"], state: .waitingToRetry),
    Row(
      name: "RM10 an exhausted one runs when somebody wants it", policy: every(100, attempts: 1), fails: true,
      acts: [(0, .raise), (50, .runNow), (80, .clear)],
      expected: ["0 start#1", "5 exhausted#1", "50 start#2", "55 exhausted#2", "80 recovered"], state: .clear),
    Row(
      name: "RM10 more attempts go on", policy: every(100, attempts: 1),
      acts: [(0, .raise), (50, .replace(every(100, attempts: 2)))], until: 300,
      expected: ["0 start#1", "5 exhausted#1", "50 recovered", "150 start#2", "155 exhausted#2"], state: .waitingToRetry
    ),
    Row(
      name: "RM10 delays grow",
      policy: RemedyPolicy(
        retry: .backoff(.exponential(from: .milliseconds(10), to: .milliseconds(40)).delayingFirst()), maxAttempts: 5),
      takes: [0], fails: true, acts: [(0, .raise)],
      expected: ["0 start#1", "10 start#2", "30 start#3", "70 start#4", "110 start#5", "110 exhausted#5"],
      state: .waitingToRetry),
    Row(
      name: "RM10 a cool-down outlasts the incident", policy: every(10, cool: 200),
      acts: [(0, .raise), (6, .clear), (20, .raise)], until: 300, expected: ["0 start#1", "205 start#1"],
      state: .waitingToRetry),
    Row(
      name: "RM10 a dry run only says it",
      policy: RemedyPolicy(retry: .after(.milliseconds(100)), maxAttempts: 2, isDryRun: true), acts: [(0, .raise)],
      expected: ["0 would#1", "100 would#2", "100 exhausted#2"], state: .waitingToRetry),
    Row(
      name: "RM10 a dry run waits as a backoff says, and never goes round in no time",
      policy: RemedyPolicy(retry: .backoff(.exponential(from: .milliseconds(200))), isDryRun: true),
      acts: [(0, .raise)], expected: ["0 would#1", "100 would#2", "300 would#3", "700 would#4"],
      state: .waitingToRetry),
    Row(
      name: "RM10 a dry run without a wait says it now and then",
      policy: RemedyPolicy(retry: .after(.zero), isDryRun: true), acts: [(0, .raise)], until: 250,
      expected: ["0 would#1", "100 would#2", "200 would#3"], state: .waitingToRetry),
    Row(
      name: "RM8 the same backoff again changes nothing", policy: backing(), takes: [0], fails: true,
      acts: [(0, .raise), (105, .replace(backing()))], until: 310,
      expected: ["0 start#1", "100 start#2", "300 start#3"],
      state: .waitingToRetry),
    Row(
      name: "RM8 attempts that are used up stay so, without a word", policy: every(10, attempts: 1),
      acts: [(0, .raise), (50, .replace(every(20, attempts: 1)))], expected: ["0 start#1", "5 exhausted#1"],
      state: .waitingToRetry),
  ]

  private static func backing() -> RemedyPolicy {
    RemedyPolicy(retry: .backoff(.exponential(from: .milliseconds(100)).delayingFirst()))
  }

  @Test(arguments: rows) private func `RM1–RM10 what happens when`(row: Row) {
    var play = RemedyPlay(row.policy, takes: row.takes, fails: row.fails, lingers: row.lingers)
    #expect(play.play(row.acts, until: row.until) == row.expected)
    #expect(play.machine.state == row.state)
  }

  @Test func `RM6 RM10 the history tells every attempt and its error, and is bounded`() {
    var play = RemedyPlay(Self.every(0), takes: [1], fails: true)
    _ = play.play([(0, .raise)], until: 200)
    #expect(play.machine.history.count == RemedyMachine.historyLimit)
    #expect(play.machine.history.dropLast().allSatisfy { $0.outcome == .failed("no") })
    #expect(play.machine.history.last?.number == 201)
  }

  @Test func `a late or repeated end is ignored`() {
    var random = SplitMix64(seed: 1)
    var machine = RemedyMachine(Self.every(10))
    #expect(machine.raised(at: .zero) == [.start(run: 1, attempt: 1)])
    #expect(machine.ended(run: 7, .finished, at: .zero, using: &random).isEmpty)
    #expect(machine.state == .running)
    _ = machine.ended(run: 1, .finished, at: .zero, using: &random)
    #expect(machine.advance(to: RemedyPlay.at(10), using: &random) == [.start(run: 2, attempt: 2)])
    #expect(machine.ended(run: 1, .finished, at: RemedyPlay.at(11), using: &random).isEmpty)
    #expect(machine.state == .running)
  }

  @Test func `RM1 after a crash the same incident goes on with the next attempt`() throws {
    let (before, after) = (EngineBed.at(1000), EngineBed.at(5000))
    var machine = RemedyMachine(Self.every(100, attempts: 3))
    _ = machine.raised(at: before.instant)
    let stored = try JSONDecoder().decode(
      RemedyRecord.self, from: JSONEncoder().encode(machine.record(at: before)))
    let again = RemedyMachine.resume(stored, machine.policy, isRaised: true, at: after)
    #expect(again.effects == [.start(run: 2, attempt: 2)])
    #expect(RemedyMachine.resume(stored, machine.policy, isRaised: false, at: after).effects.isEmpty)
    let spent = RemedyMachine.resume(stored, Self.every(100, attempts: 1), isRaised: true, at: after)
    #expect(spent.effects == [.exhausted(attempts: 1)])
  }

  @Test func `AL43 after a crash a wait goes on by the wall time that has passed`() {
    var random = SplitMix64(seed: 1)
    var machine = RemedyMachine(Self.every(10_000))
    _ = machine.raised(at: EngineBed.at(0).instant)
    _ = machine.ended(run: 1, .finished, at: EngineBed.at(0).instant, using: &random)
    let stored = machine.record(at: EngineBed.at(2000))
    let reborn = AlarmTime(.zero, wall: EngineBed.at(6000).wall)
    let again = RemedyMachine.resume(stored, machine.policy, isRaised: true, at: reborn)
    #expect(again.effects.isEmpty)
    #expect(again.machine.nextWakeUp == RemedyPlay.at(4000))
  }
}
