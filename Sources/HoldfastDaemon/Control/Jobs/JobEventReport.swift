import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Something that happened to a job, as `jobs tail` tells it.
struct JobEventReport: Codable, Equatable, Sendable {
  var time: Date
  /// `started`, `completed`, `failed`, … or `dropped` when the reader was too slow.
  var event: String
  var job: JobID?
  var kind: String?
  var partition: String?
  var queue: String?
  var attempt: Int?
  /// In words.
  var message: String?

  static func dropped(_ count: Int, at time: WallTime) -> JobEventReport {
    JobEventReport(time: time.date, event: "dropped", message: "\(count) events were lost: the reader was too slow")
  }
}
