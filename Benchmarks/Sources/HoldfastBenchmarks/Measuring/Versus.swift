/// One figure of ours beside several others, all in turns: one line of output for each of them.
struct Versus {
  /// Another figure, and how ours has to compare.
  struct Other {
    var side: Comparison.Side?
    var target: Target?
    /// Why there is no figure.
    var missing: String?
  }

  var suite: String
  var metric: String
  var unit = "1/s"
  var runs = 5
  var ours: () async throws -> Double
  var others: [Other]

  /// - Returns: The median of ours.
  @discardableResult
  func run() async throws -> Double {
    let there = others.filter { $0.side != nil }
    let sides = [Comparison.Side(name: "ours") { [try await ours()] }] + there.compactMap(\.side)
    let medians = try await Turns.medians(runs, sides).map { $0[0] }
    for (other, theirs) in zip(there, medians.dropFirst()) {
      try Result(
        suite: suite, metric, medians[0], unit, runs: runs, than: other.side?.name, theirs, target: other.target
      ).emit()
    }
    for other in others where other.side == nil {
      var result = Result(suite: suite, metric, medians[0], unit, runs: runs, target: other.target)
      result.skipped = other.missing
      try result.emit()
    }
    return medians[0]
  }
}
