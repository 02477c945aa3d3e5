import Foundation
import HoldfastTesting

@testable import Holdfast

/// A moment of 2026, as people write it.
func moment(_ text: String) -> WallTime {
  WallTime(Zone.date(of: text.contains("T") ? text : "2026-03-10T\(text)Z") ?? .distantPast)
}

/// A draft of a job that says nothing.
let plainDraft = JobDraft(kind: "work", payload: Data("{}".utf8))

/// A schedule by its rule's text.
func schedule(
  _ rule: String, name: String = "s", _ change: (inout Schedule) -> Void = { _ in }
) throws -> Schedule {
  var schedule = try Schedule(name, Recurrence(rule, name: name), plainDraft)
  change(&schedule)
  try schedule.validate()
  return schedule
}

extension SchedulePlan {
  /// The nominal times that fire, as `14:00`.
  var firedTimes: [String] {
    notes.compactMap { if case .fired(let nominal) = $0.kind { clockText(nominal) } else { nil } }
  }

  /// What happened in words: `fired 14:00`, `skipped(window) 11:00–12:00 ×2`.
  var words: [String] { notes.map { $0.kind.words } }
}

extension ScheduleEvent.Kind {
  var words: String {
    switch self {
    case .fired(let nominal): "fired \(clockText(nominal))"
    case .overlapped(let nominal): "overlapped \(clockText(nominal))"
    case .coalesced(let range): "coalesced \(range.words)"
    case .skipped(let range, let reason): "skipped(\(reason.rawValue)) \(range.words)"
    case .backfilled(let range): "backfilled \(range.words)"
    case .created: "created"
    case .edited: "edited"
    case .deleted: "deleted"
    case .triggered: "triggered"
    case .paused: "paused"
    case .resumed: "resumed"
    case .nextFireMoved(let from, let to): "moved \(from.map(clockText) ?? "-") \(to.map(clockText) ?? "-")"
    }
  }
}

extension ScheduleRange {
  var words: String { "\(clockText(first))–\(clockText(last)) ×\(count)" }
}

/// `14:00`, with seconds where there are some.
func clockText(_ time: WallTime) -> String {
  let text = time.text.dropFirst(11).dropLast()
  return text.hasSuffix(":00") ? String(text.dropLast(3)) : String(text)
}
