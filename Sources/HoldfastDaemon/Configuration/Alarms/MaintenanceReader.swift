import Holdfast

/// Reads `maintenance:`, work that comes again and again.
struct MaintenanceReader {
  static let keys = ["alarms", "cron", "every", "at", "zone", "dst", "for", "note", "keepRemedies"]

  func windows(_ field: Field) -> [MaintenanceWindow]? {
    if field.isNothing { return [] }
    return field.entries("from names to planned work")?.compactMap { entry in
      entry.keyField.name().flatMap { window($0, entry.value) }
    }
  }

  private func window(_ name: String, _ field: Field) -> MaintenanceWindow? {
    guard let map = field.map("that describes planned work", keys: Self.keys) else { return nil }
    let patterns = map.required("alarms", "the alarms that are quiet, such as net.*").flatMap { $0.patterns() }
    let duration = map.required("for", "how long it takes, such as 2h").flatMap { $0.duration(zero: false) }
    guard let rule = ScheduleReader().rule(name, map), let patterns, let duration else { return nil }
    if patterns.isEmpty { return map["alarms"]?.fail("name at least one alarm") }
    if duration < .seconds(1) { return map["for"]?.expected("at least 1s") }
    if rule.isManual { return map.field.fail("begins at no time: give a cron expression that does") }
    var window = MaintenanceWindow(name, of: patterns, rule, for: duration)
    map.read("note", into: &window.note) { $0.string("words") }
    map.read("keepRemedies", into: &window.pausesRemedies) { $0.bool().map { !$0 } }
    return window
  }
}
