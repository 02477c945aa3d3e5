/// One report of a state, for whoever cannot wait.
public enum AlarmReport: Sendable, Hashable {
  /// The alarm is set, with what is to be said and, if it shall change, how bad it is.
  case set(AlarmID, String? = nil, severity: AlarmSeverity? = nil)
  /// The alarm is clear.
  case clear(AlarmID)

  /// The alarm.
  public var id: AlarmID {
    switch self {
    case .set(let id, _, _), .clear(let id): id
    }
  }

  /// A description has at most so many bytes.
  static let longestDescription = 4096

  func check() throws(AlarmError) {
    guard case .set(let id, let text?, _) = self, text.utf8.count > Self.longestDescription else { return }
    throw AlarmError(
      .limitReached, id.description,
      "has a description of \(text.utf8.count) bytes, over \(Self.longestDescription); say less, and log the rest")
  }

  func apply(to engine: inout AlarmEngine, at time: AlarmTime) throws(AlarmError) {
    switch self {
    case .set(let id, let text, let severity): try engine.set(id, text, severity: severity, at: time)
    case .clear(let id): try engine.clear(id, at: time)
    }
  }
}
