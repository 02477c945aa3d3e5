import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A job as a row: the record, and the numbers that stand for its words. By reference, because it is large.
final class JobRow: Sendable {
  let record: JobRecord
  let lane: Lane

  /// The columns that ``init(_:names:connection:)`` reads, in its order.
  static let columns = columns(node: "(SELECT uuid FROM holdfast_nodes n WHERE n.id = node)")
  /// The same for rows that no node has.
  static let freeColumns = columns(node: "NULL")

  private static func columns(node: String) -> String {
    """
    id, lane, kind, version, state, rank, due, enqueued, attempt, max_attempts, crashes, max_crashes, token, \(node), \
    started, finished, timeout, unique_until, execution_limit, name, unique_key, execution_key, metadata, correlation, \
    causation, progress, progress_note, progress_at, cancel, parking, reason, output, payload
    """
  }

  init(_ record: JobRecord, _ lane: Lane) {
    (self.record, self.lane) = (record, lane)
  }

  /// Reads the row that a statement stands on.
  convenience init(_ row: Statement, names: inout Names, connection: Connection) throws {
    let lane = try names.lane(row.int(1), connection)
    var draft = JobDraft(kind: try names.kind(row.int(2), connection), payload: row.data(32))
    draft.partition = lane.partition
    draft.queue = lane.queue
    draft.version = Int(row.int(3))
    draft.priority = -Int(row.int(5))
    draft.maxAttempts = Int(row.int(9))
    draft.maxCrashes = Int(row.int(11))
    draft.timeout = row.optionalInt(16).map { .microseconds($0) }
    draft.uniqueUntil = row.int(17) == 1 ? .finished : .started
    draft.executionLimit = Int(row.int(18))
    draft.name = row.optionalText(19)
    draft.uniqueKey = row.optionalText(20)
    draft.executionKey = row.optionalText(21)
    draft.envelope = Self.envelope(row)
    var record = JobRecord(
      id: JobID(row.int(0)), draft: draft, due: WallTime(microseconds: row.int(6)),
      enqueued: WallTime(microseconds: row.int(7)))
    Self.readProgress(row, of: &record)
    self.init(record, lane)
  }

  private static func readProgress(_ row: Statement, of record: inout JobRecord) {
    record.state = JobState(rawValue: Int(row.int(4))) ?? .parked
    record.attempt = Int(row.int(8))
    record.crashes = Int(row.int(10))
    record.token = row.int(12)
    record.node = row.optionalText(13)
    record.started = row.optionalInt(14).map(WallTime.init(microseconds:))
    record.finished = row.optionalInt(15).map(WallTime.init(microseconds:))
    if let at = row.optionalInt(27) {
      record.progress = JobProgress(
        row.optionalDouble(25), note: row.optionalText(26), at: WallTime(microseconds: at))
    }
    record.isCancelRequested = row.int(28) != 0
    record.isCancelAtOnce = row.int(28) == 2
    record.parking = row.optionalText(29).flatMap(JobParking.init(rawValue:))
    record.reason = row.optionalText(30)
    record.output = row.optionalData(31)
  }

  private static func envelope(_ row: Statement) -> JobEnvelope {
    var envelope = JobEnvelope(correlation: row.optionalText(23), causation: row.optionalText(24))
    if let json = row.optionalText(22) {
      envelope.metadata = (try? JSONDecoder().decode([String: String].self, from: Data(json.utf8))) ?? [:]
    }
    return envelope
  }
}

extension JobEnvelope {
  /// The metadata as JSON, keys in order; nil for none.
  var json: String? {
    guard !metadata.isEmpty else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(metadata)).map { String(decoding: $0, as: UTF8.self) }
  }
}
