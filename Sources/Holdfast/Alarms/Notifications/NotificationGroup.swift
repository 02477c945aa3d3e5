/// Alarms of one route that are told together, and what was told last.
struct NotificationGroup: Sendable, Hashable, Codable {
  struct Key: Hashable, Sendable {
    let route: String
    let group: String

    var text: String { "\(route)/\(group)" }
  }

  struct Told: Sendable, Hashable, Codable {
    let incident: Int64
    let isSet: Bool
    let severity: AlarmSeverity
  }

  struct Member: Sendable, Hashable, Codable {
    let alarm: AlarmID
    var incident: Int64
    var severity: AlarmSeverity
    var description: String?
    var since: WallTime
    var isSet = true
    var isQuiet = false
    var told: Told?

    /// Whether there is something to say about it.
    var isNews: Bool {
      guard !isQuiet else { return false }
      guard isSet else { return told?.isSet == true }
      guard let told, told.isSet, told.incident == incident else { return true }
      return severity > told.severity
    }

    /// Whether it is set and may be spoken of.
    var isFiring: Bool { isSet && !isQuiet }
  }

  /// More alarms of one group are only counted.
  static let mostMembers = 1000

  let route: String
  let group: String
  var members: [Member] = []
  /// Alarms that there was no room for since the group began.
  var omitted = 0
  var lastSent: WallTime?
  /// Messages so far.
  var sent = 0
  /// When there is something to send.
  var due: WallTime?

  var key: Key { Key(route: route, group: group) }
}

extension NotificationGroup {
  /// Puts the next time, after something changed.
  mutating func plan(_ route: NotificationRoute, at now: WallTime) {
    if members.contains(where: \.isNews) {
      let soonest = lastSent.map { $0.advanced(by: route.interval) } ?? now.advanced(by: route.wait)
      due = min(due ?? .distantFuture, max(soonest, now))
    } else if let lastSent, let pause = route.repeats, members.contains(where: \.isFiring) {
      due = lastSent.advanced(by: pause)
    } else {
      due = nil
    }
  }

  /// Takes the message that is due; nil when there is nothing to say after all.
  mutating func take(_ route: NotificationRoute, at now: WallTime) -> AlarmNotification? {
    let isNews = members.contains(where: \.isNews)
    let isRepeat = route.repeats != nil && members.contains(where: \.isFiring)
    due = nil
    guard isNews || isRepeat else { return nil }
    let spoken = members.filter { $0.isFiring || $0.isNews }
    sent += 1
    lastSent = now
    let message = message(spoken, route, isRepeat: !isNews, at: now)
    for index in members.indices where !members[index].isQuiet {
      let member = members[index]
      members[index].told = Told(incident: member.incident, isSet: member.isSet, severity: member.severity)
    }
    members.removeAll { !$0.isSet && $0.told?.isSet != true }
    plan(route, at: now)
    return message
  }

  private func message(
    _ members: [Member], _ route: NotificationRoute, isRepeat: Bool, at now: WallTime
  ) -> AlarmNotification {
    let status: AlarmNotification.Status = members.contains(where: \.isSet) ? .firing : .resolved
    let items = members.sorted { ($1.severity.rawValue, $0.alarm) < ($0.severity.rawValue, $1.alarm) }.map { member in
      AlarmNotification.Item(
        alarm: member.alarm, status: member.isSet ? .firing : .resolved, severity: member.severity,
        description: member.description, since: member.since, incident: member.incident)
    }
    let newest = members.map(\.incident).max() ?? 0
    return AlarmNotification(
      key: "\(key.text)/\(newest)/\(sent)/\(status.rawValue)", route: self.route, group: group, status: status,
      isRepeat: isRepeat, at: now, alarms: items, omitted: omitted, settings: route.target.settings)
  }
}
