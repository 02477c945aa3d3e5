/// What is known of an alarm (AL7).
public enum AlarmState: String, Sendable, Hashable, Codable, CaseIterable {
  /// Nobody has reported it yet. Rules take it as clear, except `unknownAsSet`.
  case unknown
  /// There is no trouble.
  case clear
  /// There is trouble.
  case set
}
