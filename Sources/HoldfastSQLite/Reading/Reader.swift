import GRDB
import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One look at the file.
final class Reader {
  let connection: Connection
  private var names = Names()

  init(_ database: Database) throws {
    connection = try Connection(database)
  }

  func row(_ statement: Statement) throws -> JobRow {
    try JobRow(statement, names: &names, connection: connection)
  }

  func lane(_ id: Int64) throws -> Lane { try names.lane(id, connection) }

  /// Lanes and how many of their jobs are in which state, without those of no job.
  func counts() throws -> [(lane: Lane, state: JobState, count: Int)] {
    let select = try connection.statement("SELECT lane, state, n FROM holdfast_counted WHERE n > 0")
    return try select.rows { ($0.int(0), JobState(rawValue: Int($0.int(1))) ?? .parked, Int($0.int(2))) }
      .map { (try lane($0.0), $0.1, $0.2) }
  }

  func pauses() throws -> [QueuePause] {
    let select = try connection.statement(
      "SELECT partition, queue, actor, at, note FROM holdfast_pauses ORDER BY at, partition, queue")
    return try select.rows { QueuePause($0) }
  }

  func settings() throws -> [QueueScope: QueueSettings] {
    let select = try connection.statement(
      "SELECT partition, queue, workers, running, rate_count, rate_period, weight FROM holdfast_settings")
    return Dictionary(uniqueKeysWithValues: try select.rows { QueueSettings($0) }.map { ($0.scope, $0) })
  }

  func nodes() throws -> [NodeStatus] {
    let select = try connection.statement(
      """
      SELECT uuid, name, lease, handles, since, seen,
        (SELECT count(*) FROM holdfast_jobs INDEXED BY holdfast_jobs_executing WHERE state = 2 AND node = n.id)
      FROM holdfast_nodes n ORDER BY since, uuid
      """)
    return try select.rows { row in
      let handles = try? JSONDecoder().decode([String: Int].self, from: Data(row.text(3).utf8))
      let identity = NodeIdentity(
        id: row.text(0), name: row.text(1), lease: .microseconds(row.int(2)), handles: handles ?? [:])
      return NodeStatus(
        identity: identity, executing: Int(row.int(6)), since: WallTime(microseconds: row.int(4)),
        seen: WallTime(microseconds: row.int(5)))
    }
  }
}
