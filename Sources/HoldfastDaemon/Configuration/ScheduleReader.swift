import Holdfast
import Yams

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads one entry under `schedules:`.
struct ScheduleReader {
  static let keys = [
    "cron", "every", "at", "zone", "dst", "job", "payload", "misfire", "overlap", "jitter", "start", "end", "count",
    "late", "paused",
  ]

  func schedules(_ field: Field) -> [ScheduleEntry]? {
    if field.isNothing { return [] }
    return field.entries("from names to schedules")?.compactMap { entry in
      entry.keyField.name().flatMap { read($0, entry.value) }
    }
  }

  private func read(_ name: String, _ field: Field) -> ScheduleEntry? {
    guard let map = field.map("that describes a schedule", keys: Self.keys) else { return nil }
    let kind = map.required("job", "the kind of job that is enqueued").flatMap { $0.name() }
    guard let rule = rule(name, map), let kind else { return nil }
    var entry = ScheduleEntry(name: name, rule: rule, job: kind)
    map.read("payload", into: &entry.payload) { $0.json().flatMap { try? JSONLine.encode($0) } }
    map.read("misfire", into: &entry.misfire) { $0.misfire() }
    map.read("overlap", into: &entry.overlap) { $0.choice() }
    map.read("jitter", into: &entry.jitter) { $0.duration() }
    map.read("start", into: &entry.start) { $0.moment() }
    map.read("end", into: &entry.end) { $0.moment() }
    map.read("count", into: &entry.count) { $0.integer(1...Int.max) }
    map.read("late", into: &entry.late) { $0.duration(zero: false) }
    map.read("paused", into: &entry.paused) { $0.bool() }
    return entry
  }

  /// Exactly one of `cron`, `every` and `at`.
  /// Exactly one of `cron`, `every` and `at`.
  func rule(_ name: String, _ map: FieldMap) -> Recurrence? {
    let given = ["cron", "every", "at"].compactMap { key in map[key].map { (key, $0) } }
    guard given.count == 1, let (key, field) = given.first else {
      return map.field.fail("give exactly one of `cron`, `every` and `at`: it says when")
    }
    if key != "cron" {
      for other in ["zone", "dst"] { let _: Never? = map[other]?.fail("means nothing without `cron`: remove it") }
    }
    switch key {
    case "every": return field.every()
    case "at": return field.moment().map { .at($0) }
    default: return field.cron(name, map)
    }
  }
}

extension Field {
  fileprivate func every() -> Recurrence? {
    guard let interval = duration(zero: false) else { return nil }
    do { return try Recurrence.every(interval) } catch { return fail(error.description) }
  }

  fileprivate func cron(_ name: String, _ map: FieldMap) -> Recurrence? {
    guard let text = string("a cron expression such as \"30 2 * * *\"") else { return nil }
    var (zone, gap, overlap) = (Zone.utc, Recurrence.Gap.shift, Recurrence.Overlap.first)
    if let field = map["zone"] {
      guard let named = field.zone() else { return nil }
      zone = named
    }
    if let options = map["dst"]?.map("such as { gap: skip, overlap: both }", keys: ["gap", "overlap"]) {
      options.read("gap", into: &gap) { $0.choice() }
      options.read("overlap", into: &overlap) { $0.choice() }
    }
    do {
      return try Recurrence(text, in: zone, name: name, gap: gap, overlap: overlap)
    } catch {
      return fail(error.description)
    }
  }

  private func zone() -> Zone? {
    guard let text = string("a time zone such as Europe/London") else { return nil }
    do { return try Zone(text) } catch { return fail("no time zone `\(error.name)`; \(error.hint)") }
  }

  /// `2026-12-24T18:00:00Z`, or with another offset.
  fileprivate func moment() -> Date? {
    guard let text, let date = Zone.date(of: text) else {
      return expected("a moment such as 2026-12-24T18:00:00+01:00")
    }
    return date
  }

  /// `latest`, `all`, `earliest`, `skip`, or one of them with how late is too late: `{ latest: 6h }`.
  fileprivate func misfire() -> Misfire? {
    let words = ["latest", "all", "earliest", "skip"]
    if node.mapping == nil { return choice(among: words).map { Misfire($0, within: nil) } }
    guard let map = map("such as { latest: 6h }", keys: words) else { return nil }
    guard map.fields.count == 1, let (word, field) = map.fields.first else { return expected("one of them") }
    return field.duration(zero: false).map { Misfire(word, within: $0) }
  }
}

extension Misfire {
  fileprivate init(_ word: String, within window: Duration?) {
    switch word {
    case "all": self = .all(within: window)
    case "earliest": self = .earliest(within: window)
    case "skip": self = window.map { .skip(after: $0) } ?? .skip()
    default: self = .latest(within: window)
    }
  }
}
