/// Rounds of ours and of a peer's, taken in turns, so that a noisy minute hits both alike.
struct Comparison {
  /// One of the figures that a round gives.
  struct Metric {
    var name: String
    var unit: String
    var target: Target?
  }

  /// What runs on one side: a round gives one figure for each metric.
  struct Side {
    var name: String
    var round: () async throws -> [Double]
  }

  var suite: String
  var metrics: [Metric]
  var runs = 5
  var ours: () async throws -> [Double]
  var peer: Side?
  /// Why there is no peer.
  var missing: String?

  /// Measures, and prints a line for each metric.
  ///
  /// - Returns: The medians of ours.
  @discardableResult
  func run() async throws -> [Double] {
    let sides = [Side(name: "ours", round: ours)] + (peer.map { [$0] } ?? [])
    let medians = try await Turns.medians(runs, sides)
    for (index, metric) in metrics.enumerated() {
      try result(metric, medians[0][index], peer.map { _ in medians[1][index] }).emit()
    }
    return medians[0]
  }

  private func result(_ metric: Metric, _ value: Double, _ theirs: Double?) -> Result {
    var result = Result(suite: suite, metric: metric.name, value: value.rounded(4), unit: metric.unit, runs: runs)
    result.peer = peer?.name
    result.peerValue = theirs?.rounded(4)
    result.ratio = metric.target?.ratio(value, to: theirs)?.rounded(3)
    result.target = metric.target?.text(metric.unit, peer?.name)
    result.holds = metric.target?.holds(value, against: theirs)
    result.skipped = missing
    return result
  }
}

extension Result {
  /// A figure that is compared with another one of ours.
  init(
    suite: String, _ metric: String, _ value: Double, _ unit: String, runs: Int, than peer: String? = nil,
    _ peerValue: Double? = nil, target: Target? = nil
  ) {
    self.init(suite: suite, metric: metric, value: value.rounded(4), unit: unit, runs: runs)
    self.peer = peer
    self.peerValue = peerValue?.rounded(4)
    self.ratio = target?.ratio(value, to: peerValue)?.rounded(3)
    self.target = target?.text(unit, peer)
    self.holds = target?.holds(value, against: peerValue)
  }
}
