import Holdfast
import HoldfastPrograms

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads `notify:`, a list of ways to tell people.
struct RouteReader {
  let alarms: AlarmReader

  private static let targets = ["webhook", "command", "shell", "log"]
  static let keys =
    ["name", "match", "severity", "webhook", "log", "group", "wait", "interval", "repeat", "resolved"]
    + WebhookOptions.keys + JobReader.processKeys

  func routes(_ field: Field) -> [RouteEntry]? {
    if field.isNothing { return [] }
    var names: Set<String> = []
    return field.list(of: "routes such as { match: \"web.*\", log: true }") { field in
      guard let map = field.map("that describes a route", keys: Self.keys),
        let route = route(map, freeName: { Self.free($0, names) })
      else { return nil }
      guard names.insert(route.route.name).inserted else {
        return map["name"]?.fail("there are two routes named `\(route.route.name)`: rename one of them")
      }
      return route
    }
  }

  /// `webhook`, and `webhook-2` for the second one.
  private static func free(_ kind: String, _ taken: Set<String>) -> String {
    var (name, number) = (kind, 1)
    while taken.contains(name) {
      number += 1
      name = "\(kind)-\(number)"
    }
    return name
  }

  private func route(_ map: FieldMap, freeName: (String) -> String) -> RouteEntry? {
    let given = Self.targets.filter { map[$0] != nil }
    guard given.count == 1, let word = given.first, let target = target(word, map) else {
      return given.count == 1 ? nil : map.field.fail("give exactly one of `webhook`, `command`, `shell` and `log`")
    }
    let name = map["name"].flatMap { $0.routeName() } ?? freeName(target.kind)
    var route = NotificationRoute(name, to: target)
    map.read("match", into: &route.match) { $0.patterns() }
    map.read("severity", into: &route.severity) { $0.severity() }
    map.read("group", into: &route.grouping) { $0.choice() }
    map.read("wait", into: &route.wait) { $0.duration() }
    map.read("interval", into: &route.interval) { $0.duration() }
    if map["repeat"]?.text == "never" {
      route.repeats = nil
    } else {
      map.read("repeat", into: &route.repeats) { $0.duration(zero: false) }
    }
    map.read("resolved", into: &route.sendsResolved) { $0.bool() }
    var entry = RouteEntry(route: route)
    switch word {
    case "webhook": entry.webhook = WebhookOptions(map, in: alarms.programs.folder)
    case "log": break
    default: entry.command = alarms.command(map, name)
    }
    return entry
  }

  private func target(_ word: String, _ map: FieldMap) -> NotificationTarget? {
    let isCommand = word == "command" || word == "shell"
    for key in JobReader.processKeys where !isCommand {
      let _: Never? = map[key]?.fail("means nothing without `command`: remove it")
    }
    for key in WebhookOptions.keys where word != "webhook" {
      let _: Never? = map[key]?.fail("means nothing without `webhook`: remove it")
    }
    switch word {
    case "webhook": return map["webhook"]?.address().map { NotificationTarget("webhook", settings: ["url": $0]) }
    case "log": return map["log"]?.text == "true" ? .log : map["log"]?.expected("true")
    default: return NotificationTarget(RouteEntry.commandKind)
    }
  }
}

extension Field {
  fileprivate func routeName() -> String? {
    name().flatMap { $0 == "holdfast" ? fail("`holdfast` is the name of our own route: choose another") : $0 }
  }

  fileprivate func address() -> String? {
    guard let text = string("an address such as https://example.org/hook") else { return nil }
    let isAddress = ["http://", "https://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
    guard isAddress, !text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) else {
      return fail("`\(text)` is no address: write one such as https://example.org/hook")
    }
    return text
  }
}
