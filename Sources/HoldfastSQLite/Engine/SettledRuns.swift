import Holdfast

/// Runs that ended inside a caller's own transaction, until their runner settles them too, or is gone.
struct SettledRuns {
  private var runs: [JobID: (token: Int64, node: String?)] = [:]

  var count: Int { runs.count }

  /// - Parameter node: Who has it; nil when that is not known any more.
  mutating func note(_ run: RunReference, of node: String?) {
    runs[run.job] = (run.token, node)
  }

  /// Whether some run of a job has ended so.
  func contains(_ job: JobID) -> Bool { runs[job] != nil }

  /// Whether this very run has ended so; it is settled now.
  mutating func take(_ run: RunReference) -> Bool {
    guard runs[run.job]?.token == run.token else { return false }
    runs[run.job] = nil
    return true
  }

  /// A node is gone, and settles nothing any more. What belongs to nobody may have been its.
  mutating func forget(_ node: String) {
    runs = runs.filter { $0.value.node != nil && $0.value.node != node }
  }
}
