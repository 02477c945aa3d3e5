/// What is known of one alarm and of what people do about it.
public struct AlarmView: Sendable, Hashable {
  /// Its state.
  public internal(set) var status: AlarmStatus
  /// Why nothing is sent about it, if so.
  public internal(set) var standing: AlarmStanding
  /// Its incident, unless there is none or it is over.
  public internal(set) var incident: Incident?

  /// Whether it belongs in a list of what is wrong: it is set, or waits for somebody to take notice.
  public var isListed: Bool { status.state == .set || standing.isLatched }
}
