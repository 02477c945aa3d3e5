/// When to tell whom of what: a pure value. Each change of an alarm goes in; messages come out at their times.
struct NotificationPlanner: Sendable {
  /// What is to be known of an alarm.
  struct Subject: Sendable, Hashable {
    var alarm: AlarmID
    /// 0 for one that has none any more.
    var incident: Int64
    var severity: AlarmSeverity
    var description: String?
    var since: WallTime
    var isSet: Bool
    var isQuiet: Bool
  }

  /// AL45: where it is told that a route fails, when no other route is there for it.
  static let lastResort = NotificationRoute("holdfast", to: .log)

  private var routes: [String: NotificationRoute] = [lastResort.name: lastResort]
  private(set) var groups: [NotificationGroup.Key: NotificationGroup] = [:]
  private var due = DueTimes<NotificationGroup.Key, WallTime>()
  private var changed: Set<NotificationGroup.Key> = []

  init(restoring groups: [NotificationGroup] = []) {
    for group in groups {
      self.groups[group.key] = group
      due.set(group.due, for: group.key)
    }
  }

  /// When ``advance(to:)`` is to be called next; nil for never.
  var nextWakeUp: WallTime? {
    mutating get { due.next }
  }

  /// Makes these all routes there are; what waits for one that is gone is forgotten.
  mutating func configure(_ routes: [NotificationRoute]) {
    self.routes = Dictionary(uniqueKeysWithValues: (routes + [Self.lastResort]).map { ($0.name, $0) })
    for key in groups.keys where self.routes[key.route] == nil { put(nil, for: key) }
  }

  func target(of route: String) -> NotificationTarget? { routes[route]?.target }

  /// An alarm may have changed, or what keeps it quiet; said again, it changes nothing.
  mutating func hear(_ subject: Subject, at now: WallTime) {
    let ways = routes.values.filter { $0.name != Self.lastResort.name && $0.takes(subject.alarm) }
    let isOurs = subject.alarm.type == AlarmID.failingType
    for route in ways.isEmpty && isOurs ? [Self.lastResort] : ways { hear(subject, route, at: now) }
  }

  private mutating func hear(_ subject: Subject, _ route: NotificationRoute, at now: WallTime) {
    let key = NotificationGroup.Key(route: route.name, group: route.group(of: subject.alarm))
    let isSet = subject.isSet && subject.severity >= route.severity
    guard isSet || groups[key] != nil else { return }
    var group = groups[key] ?? NotificationGroup(route: key.route, group: key.group)
    if isSet { group.raise(subject) } else { group.clear(subject, tells: route.sendsResolved) }
    group.plan(route, at: now)
    put(group.members.isEmpty ? nil : group, for: key)
  }

  /// The messages that are due.
  mutating func advance(to now: WallTime) -> [AlarmNotification] {
    var messages: [AlarmNotification] = []
    while let key = due.popDue(by: now) {
      guard var group = groups[key], let route = routes[key.route] else { continue }
      if let message = group.take(route, at: now) { messages.append(message) }
      put(group.members.isEmpty ? nil : group, for: key)
    }
    return messages
  }

  private mutating func put(_ group: NotificationGroup?, for key: NotificationGroup.Key) {
    guard groups[key] != group || due[key] != group?.due else { return }
    groups[key] = group
    due.set(group?.due, for: key)
    changed.insert(key)
  }

  /// What is to be stored of the groups that changed; nil for what is gone.
  mutating func takeChanges() -> [NotificationGroup.Key: NotificationGroup?] {
    defer { changed = [] }
    return Dictionary(uniqueKeysWithValues: changed.map { ($0, groups[$0]) })
  }
}

extension NotificationGroup {
  fileprivate static let longestDescription = 256

  fileprivate mutating func raise(_ subject: NotificationPlanner.Subject) {
    let words = subject.description.map { RecordKey.fitting($0, in: Self.longestDescription) }
    if let index = members.firstIndex(where: { $0.alarm == subject.alarm }) {
      members[index].incident = subject.incident
      members[index].severity = subject.severity
      members[index].description = words
      members[index].since = subject.since
      members[index].isSet = true
      members[index].isQuiet = subject.isQuiet
    } else if members.count < Self.mostMembers {
      members.append(
        Member(
          alarm: subject.alarm, incident: subject.incident, severity: subject.severity, description: words,
          since: subject.since, isQuiet: subject.isQuiet))
    } else {
      omitted += 1
    }
  }

  /// What was never told need not be told to be over.
  fileprivate mutating func clear(_ subject: NotificationPlanner.Subject, tells: Bool) {
    guard let index = members.firstIndex(where: { $0.alarm == subject.alarm }) else { return }
    members[index].isSet = false
    members[index].isQuiet = subject.isQuiet
    if !tells || members[index].told?.isSet != true { members.remove(at: index) }
  }
}
