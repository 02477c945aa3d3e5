#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One message about alarms that belong together: what a notification job carries.
public struct AlarmNotification: Sendable, Hashable, Codable {
  /// Whether anything is still set.
  public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    /// At least one of the alarms is set.
    case firing
    /// All of them are over.
    case resolved
  }

  /// One of its alarms.
  public struct Item: Sendable, Hashable, Codable {
    /// Which.
    public let alarm: AlarmID
    /// Whether it is set, or over.
    public let status: Status
    /// How bad it is, or was.
    public let severity: AlarmSeverity
    /// What it was set with; at most 256 bytes.
    public let description: String?
    /// When it was raised.
    public let since: WallTime
    /// Its incident.
    public let incident: Int64
  }

  /// The same however often this message is sent: whoever hears it twice may ignore the second one.
  public let key: String
  /// The route.
  public let route: String
  /// What the alarms have in common: an id, a type, or `*`.
  public let group: String
  /// Whether anything is still set.
  public let status: Status
  /// Whether there is no news: it is only said again.
  public let isRepeat: Bool
  /// When it was decided to send it.
  public let at: WallTime
  /// The alarms, the worst first.
  public let alarms: [Item]
  /// Alarms of the group that there was no room for.
  public let omitted: Int
  /// What the handler needs to know (``NotificationTarget/settings``).
  public let settings: [String: String]

  /// One line.
  public var summary: String {
    let names = alarms.prefix(3).map { item in
      "\(item.alarm) (\(item.severity)" + (item.description.map { ": \($0))" } ?? ")")
    }
    let more = alarms.count + omitted - names.count
    return "\(status.rawValue): \(names.joined(separator: ", "))" + (more > 0 ? " and \(more) more" : "")
  }

  /// How many times it is tried to send one message.
  static let attempts = 20

  /// The job that sends it.
  func draft(for target: NotificationTarget, queue: String) -> JobDraft? {
    guard let payload = try? PayloadCoding.encoder.encode(self) else { return nil }
    var draft = JobDraft(kind: target.jobKind, payload: payload)
    draft.queue = queue
    draft.maxAttempts = Self.attempts
    draft.timeout = .seconds(30)
    draft.name = RecordKey.fitting("notify/\(key)")
    draft.executionKey = RecordKey.fitting("notify/\(route)/\(group)")
    return draft
  }
}
