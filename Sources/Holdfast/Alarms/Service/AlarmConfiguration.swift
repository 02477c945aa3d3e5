/// What the alarms service is to do, as one complete value: rules, remedies, what is quiet, who is told.
public struct AlarmConfiguration: Sendable {
  /// The alarms that follow from others, each for its own values if it has parameters.
  public var rules: [AlarmRule] = []
  /// What is done while alarms are set, beside the remedies of ``rules``.
  public var remedies: [AlarmID: Remedy] = [:]
  /// Which alarms are quiet while others are set.
  public var inhibitions: [AlarmInhibition] = []
  /// Alarms whose incidents stay open until somebody has acknowledged them.
  public var latching: [AlarmPattern] = []
  /// Work that comes again and again, during which alarms are quiet; at most 1,000.
  public var maintenance: [MaintenanceWindow] = []
  /// Who is told of which alarms. Default nobody.
  public var routes: [NotificationRoute] = []
  /// The queue of the jobs that tell them. Default `default`.
  public var notificationQueue = "default"
  /// Failed attempts in a row to send something by one route until `notifier.failing(<route>)` is set, ≥ 1. Default 3.
  public var failuresUntilFailing = 3
  /// How long it is known what happened to alarms, incidents and mutes; nil for ever. Within that, at least the newest
  /// 1,000 entries of each are kept, also of those that are gone. ≥ 0. Default 90 days.
  public var historyRetention: Duration? = .seconds(90 * 24 * 3600)

  /// Nothing.
  public init(rules: [AlarmRule] = []) {
    self.rules = rules
  }
}

extension AlarmConfiguration {
  func checkRoutes() throws(AlarmError) {
    var names: Set = [NotificationPlanner.lastResort.name]
    for route in routes {
      try route.check()
      guard names.insert(route.name).inserted else {
        throw AlarmError(.invalidRoute, route.name, "is there twice, or is the name of our own route; choose another")
      }
    }
  }

  func checkMaintenance() throws(AlarmError) {
    var names: Set<String> = []
    for window in maintenance {
      try window.check()
      guard names.insert(window.name).inserted else {
        throw AlarmError(.invalidMute, window.name, "is the name of two maintenance windows; choose another")
      }
    }
    guard maintenance.count <= Self.mostWindows else {
      throw AlarmError(.limitReached, "", "\(maintenance.count) maintenance windows, over \(Self.mostWindows)")
    }
  }

  private static let mostWindows = 1000

  /// Every remedy by its alarm, escalations included.
  func allRemedies() throws(AlarmError) -> [AlarmID: Remedy] {
    var all: [AlarmID: Remedy] = [:]
    for rule in rules {
      guard let remedy = rule.remedy else { continue }
      try Self.add(remedy, for: try rule.reference.id(), to: &all)
    }
    for (id, remedy) in remedies { try Self.add(remedy, for: id, to: &all) }
    return all
  }

  private static func add(_ remedy: Remedy, for id: AlarmID, to all: inout [AlarmID: Remedy]) throws(AlarmError) {
    guard all.updateValue(remedy, forKey: id) == nil else {
      throw AlarmError(
        .invalidRule, id.description, "has two remedies; give it one, and let that escalate to the other")
    }
    guard let next = remedy.next.first else { return }
    guard remedy.policy.maxAttempts != nil else {
      throw AlarmError(
        .invalidRule, id.description, "escalates, but its remedy never gives up; set maxAttempts in its policy")
    }
    try add(next, for: .exhausted(id), to: &all)
  }
}

extension AlarmID {
  /// An alarm of ours about something that has a name of its own: what a parameter cannot hold is left out.
  static func about(_ type: String, _ name: String) -> AlarmID {
    let scalars = name.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    let text = RecordKey.fitting(String(String.UnicodeScalarView(scalars)), in: AlarmWords.longestParameter)
    return AlarmID(checked: AlarmWords.write(type, text.isEmpty ? [] : [AlarmWords.quotedIfNeeded(text)]))
  }

  /// The remedy of an alarm has used up its attempts.
  static func exhausted(_ id: AlarmID) -> AlarmID { .about("remedy.exhausted", id.description) }
}
