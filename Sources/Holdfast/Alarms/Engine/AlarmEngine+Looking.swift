#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension AlarmEngine {
  /// The state of an alarm; unknown for one that nobody has heard of.
  public func state(of id: AlarmID) -> AlarmState {
    alarms.slot(of: id).map { alarms[$0].state } ?? .unknown
  }

  /// What is known of an alarm; nil when nobody has heard of it.
  public func status(of id: AlarmID) -> AlarmStatus? {
    alarms.slot(of: id).map(status)
  }

  /// Every alarm: those that are set first, the most severe first, then by id (AL13).
  public var statuses: [AlarmStatus] {
    alarms.slots.map(status).sorted { left, right in
      let keys = (left.state == .set, right.state == .set)
      if keys.0 != keys.1 { return keys.0 }
      return (right.severity.rawValue, left.id) < (left.severity.rawValue, right.id)
    }
  }

  /// The rule that an alarm follows from; nil when there is none.
  public func rule(of id: AlarmID) -> AlarmRule? {
    guard let slot = alarms.slot(of: id), alarms[slot].isDerived else { return nil }
    let when = AlarmExpression(form: form(of: alarms[slot].root))
    return AlarmRule(id, alarms[slot].ownSeverity, when: when, description: ruleDescriptions[slot])
  }

  /// The value of each part of an alarm's rule; nil when it has none.
  public func explanation(of id: AlarmID) -> AlarmExplanation? {
    guard let slot = alarms.slot(of: id), alarms[slot].isDerived else { return nil }
    return explanation(of: alarms[slot].root)
  }

  /// What an alarm's rule looks at; empty when it has none.
  public func inputs(of id: AlarmID) -> Set<AlarmID> {
    guard let slot = alarms.slot(of: id), alarms[slot].isDerived else { return [] }
    return Set(sources(below: alarms[slot].root).map { alarms[$0].id })
  }

  /// Alarms that rules look at and that nobody has ever reported: slips of the pen, perhaps (AL7).
  public var neverReported: [AlarmID] {
    alarms.slots.filter { alarms[$0].state == .unknown && alarms[$0].firstReader >= 0 }.map { alarms[$0].id }.sorted()
  }

  private func status(_ slot: Int32) -> AlarmStatus {
    let cell = alarms[slot]
    let isKnown = cell.state != .unknown
    return AlarmStatus(
      id: cell.id, state: cell.state, description: cell.description, severity: cell.severity,
      since: isKnown ? Instant(nanoseconds: cell.phase.since) : nil,
      wallSince: isKnown ? Date(wallNanoseconds: cell.phase.wallSince) : nil, isDerived: cell.isDerived)
  }

  private func explanation(of node: Int32) -> AlarmExplanation {
    let part = nodes[Int(node)]
    var parts = children(of: node).map { explanation(of: $0) }
    let isSet: AlarmState = part.output.isSet ? .set : .clear
    if part.source >= 0 {
      let cell = alarms[part.source]
      let alarm = AlarmExplanation(expression: cell.id.description, state: cell.state, changesAt: nil, parts: [])
      if part.kind == .alarm { return alarm }
      parts = [alarm]
    }
    return AlarmExplanation(
      expression: form(of: node).text, state: isSet,
      changesAt: part.due == .max ? nil : Instant(nanoseconds: part.due), parts: parts)
  }
}
