import Foundation
import Testing

@testable import Holdfast

/// Messages as a table of events: at which second what is said of which alarms.
@Suite struct NotificationPlannerTests {
  private struct Trial {
    var planner = NotificationPlanner()
    var now = 0
    var sent: [String] = []
    var messages: [AlarmNotification] = []

    init(_ change: (inout NotificationRoute) -> Void = { _ in }) {
      var route = NotificationRoute("ops", to: .log)
      change(&route)
      planner.configure([route])
    }

    func wall(_ seconds: Int) -> WallTime { WallTime(microseconds: Int64(seconds) * 1_000_000) }

    mutating func at(_ seconds: Int) {
      while let due = planner.nextWakeUp, due <= wall(seconds) { take(due) }
      now = seconds
    }

    private mutating func take(_ time: WallTime) {
      for message in planner.advance(to: time) {
        messages.append(message)
        let items = message.alarms.map { "\($0.alarm)\($0.status == .firing ? "!" : "")" }.sorted()
        sent.append("\(time.microseconds / 1_000_000) \(items.joined(separator: " "))")
      }
    }

    mutating func hear(
      _ id: String, _ isSet: Bool = true, quiet: Bool = false, severity: AlarmSeverity = .warning, incident: Int64 = 1
    ) throws {
      planner.hear(
        .init(
          alarm: try AlarmID(parsing: id), incident: incident, severity: severity, description: nil, since: wall(now),
          isSet: isSet, isQuiet: quiet),
        at: wall(now))
    }
  }

  @Test("what fails together within the wait is told together; news at most once an interval; the end is told")
  func groups() throws {
    var trial = Trial()
    try trial.hear("net.down(a)")
    trial.at(20)
    try trial.hear("net.down(b)")
    try trial.hear("disk.full")
    trial.at(60)
    try trial.hear("net.down(a)", false)
    trial.at(400)
    try trial.hear("net.down(b)", false)
    trial.at(10_000)
    #expect(
      trial.sent == [
        "30 net.down(a)! net.down(b)!", "50 disk.full!", "330 net.down(a) net.down(b)!", "630 net.down(b)",
      ])
    #expect(Set(trial.messages.map(\.key)).count == 4)
  }

  @Test("what clears before it is told is not told at all")
  func tooShort() throws {
    var trial = Trial()
    try trial.hear("a")
    trial.at(29)
    try trial.hear("a", false)
    trial.at(1000)
    #expect(trial.sent.isEmpty)
    #expect(trial.planner.groups.isEmpty)
  }

  @Test("AL40 it is said again every four hours, but not once somebody has taken notice; the end is told all the same")
  func repeats() throws {
    var trial = Trial()
    try trial.hear("a")
    trial.at(30 + 4 * 3600)
    try trial.hear("a", quiet: true)
    trial.at(100_000)
    try trial.hear("a", false)
    trial.at(200_000)
    #expect(trial.sent == ["30 a!", "14430 a!", "100000 a"])
    #expect(trial.messages.map(\.isRepeat) == [false, true, false])
  }

  @Test("AL41 a shelved alarm is told once when it comes from the shelf still set")
  func shelved() throws {
    var trial = Trial()
    try trial.hear("a", quiet: true)
    trial.at(1800)
    #expect(trial.sent.isEmpty)
    try trial.hear("a")
    trial.at(5000)
    #expect(trial.sent == ["1830 a!"])
  }

  @Test("AL44 a hundred inhibited children are not told; those still set are, after the wait")
  func inhibited() throws {
    var trial = Trial { $0.grouping = .route }
    for child in 1...100 { try trial.hear("child(\(child))", quiet: true) }
    trial.at(600)
    #expect(trial.sent.isEmpty)
    for child in 1...97 { try trial.hear("child(\(child))", false) }
    for child in 98...100 { try trial.hear("child(\(child))") }
    trial.at(1000)
    #expect(trial.sent == ["630 child(100)! child(98)! child(99)!"])
  }

  @Test("an end that comes while an alarm is shelved is told when the shelf is over")
  func endWhileMuted() throws {
    var trial = Trial()
    try trial.hear("a")
    trial.at(100)
    try trial.hear("a", quiet: true)
    try trial.hear("a", false, quiet: true)
    trial.at(1000)
    #expect(trial.sent == ["30 a!"])
    try trial.hear("a", false)
    trial.at(2000)
    #expect(trial.sent == ["30 a!", "1000 a"])
  }

  @Test("a worse severity is news; one below the route's is the end of it")
  func severities() throws {
    var trial = Trial { $0.severity = .error }
    try trial.hear("a", severity: .warning)
    trial.at(100)
    try trial.hear("a", severity: .error)
    trial.at(500)
    try trial.hear("a", severity: .critical)
    trial.at(1000)
    try trial.hear("a", severity: .warning)
    trial.at(2000)
    #expect(trial.sent == ["130 a!", "500 a!", "1000 a"])
  }

  @Test("AL45 that a route fails is never told by that route alone: the log hears of it")
  func failing() throws {
    var trial = Trial()
    try trial.hear("notifier.failing(ops)")
    trial.at(100)
    #expect(trial.messages.map(\.route) == ["holdfast"])
    trial.planner.configure([NotificationRoute("ops", to: .log), NotificationRoute("other", to: .log)])
    try trial.hear("notifier.failing(ops)", incident: 2)
    trial.at(1000)
    #expect(trial.messages.map(\.route) == ["holdfast", "other"])
  }

  @Test("what was stored is gone on with: the same times, the same messages")
  func restoring() throws {
    var trial = Trial()
    try trial.hear("a")
    trial.at(10)
    let stored = try JSONEncoder().encode(Array(trial.planner.groups.values))
    trial.planner = NotificationPlanner(restoring: try JSONDecoder().decode([NotificationGroup].self, from: stored))
    trial.planner.configure([NotificationRoute("ops", to: .log)])
    trial.at(100)
    #expect(trial.sent == ["30 a!"])
  }
}
