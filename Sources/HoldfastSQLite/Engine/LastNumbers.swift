/// The newest numbers that were given. That of jobs is the newest row's; the file says so only of what was counted.
struct LastNumbers {
  /// What the file keeps.
  struct Kept: Equatable {
    /// See ``Tally``.
    var counted: Int64 = 0
    var revision: Int64 = 0
    var entry: Int64 = 0
  }

  var job: Int64 = 0
  var kept = Kept()
  private var stored = Kept()

  init() {}

  init(_ row: Statement) {
    kept = Kept(counted: row.int(0), revision: row.int(1), entry: row.int(2))
    job = max(kept.counted, row.int(3))
    stored = kept
  }

  /// Whether the file does not say so yet.
  var isChanged: Bool { kept != stored }
}
