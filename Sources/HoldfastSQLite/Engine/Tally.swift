import Holdfast

/// How many jobs of each lane are in which state: what a transaction changes, written once at its end.
struct Tally {
  private struct Cell: Hashable {
    let lane: Int64
    let state: JobState
  }

  private var changes: [Cell: Int] = [:]

  mutating func add(_ lane: Int64, _ state: JobState, _ count: Int = 1) {
    changes[Cell(lane: lane, state: state), default: 0] += count
  }

  mutating func move(_ lane: Int64, from old: JobState, to new: JobState) {
    guard old != new else { return }
    add(lane, old, -1)
    add(lane, new)
  }

  /// Writes what changed.
  mutating func flush(_ connection: Connection) throws {
    guard !changes.isEmpty else { return }
    let add = try connection.statement(
      """
      INSERT INTO holdfast_counts(lane, state, n) VALUES(?1, ?2, ?3)
      ON CONFLICT(lane, state) DO UPDATE SET n = n + excluded.n
      """)
    for (cell, count) in changes where count != 0 {
      add.bind(1, cell.lane)
      add.bind(2, cell.state.rawValue)
      add.bind(3, count)
      try add.run()
    }
    changes.removeAll(keepingCapacity: true)
  }
}
