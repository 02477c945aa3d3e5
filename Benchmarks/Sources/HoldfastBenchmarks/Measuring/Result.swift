import Foundation

/// One line of output: what was measured, and how it compares.
struct Result: Encodable {
  var suite: String
  var metric: String
  /// The median of the runs.
  var value: Double?
  var unit: String
  var runs: Int?
  /// What it is compared with, measured in the same invocation.
  var peer: String?
  var peerValue: Double?
  /// How the two compare, in the sense of the target.
  var ratio: Double?
  var target: String?
  var holds: Bool?
  /// Why there is no figure, or no peer's figure.
  var skipped: String?

  func emit() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try FileHandle.standardOutput.write(contentsOf: encoder.encode(self) + Data("\n".utf8))
  }
}

/// What a figure has to reach.
enum Target {
  /// The peer takes at least so many times as much.
  case timesAsGood(Double)
  /// At most this share of the peer's figure.
  case share(Double)
  /// At most this much more than the peer's figure.
  case more(Double)
  /// At most this, whatever others reach.
  case atMost(Double)
  /// At least this.
  case atLeast(Double)
  /// At least this many times the peer's figure: more is better.
  case atLeastTimes(Double)

  func ratio(_ value: Double, to peer: Double?) -> Double? {
    let ratio =
      switch self {
      case .timesAsGood: peer.map { $0 / value }
      case .share, .more, .atLeastTimes: peer.map { value / $0 }
      case .atMost(let limit), .atLeast(let limit): Double?.some(value / limit)
      }
    return ratio.flatMap { $0.isFinite ? $0 : nil }
  }

  func holds(_ value: Double, against peer: Double?) -> Bool? {
    switch self {
    case .timesAsGood(let factor): peer.map { $0 >= value * factor }
    case .share(let share): peer.map { value <= $0 * share }
    case .more(let difference): peer.map { value <= $0 + difference }
    case .atMost(let limit): value <= limit
    case .atLeast(let limit): value >= limit
    case .atLeastTimes(let factor): peer.map { value >= $0 * factor }
    }
  }

  func text(_ unit: String, _ peer: String?) -> String {
    switch self {
    case .timesAsGood(let factor): "≥ \(factor) × as good as \(peer ?? "the peer")"
    case .share(let share): "≤ \(share) × \(peer ?? "the peer")"
    case .more(let difference): "≤ \(peer ?? "the peer") + \(difference)"
    case .atMost(let limit): "≤ \(limit) \(unit)"
    case .atLeast(let limit): "≥ \(limit) \(unit)"
    case .atLeastTimes(let factor): "≥ \(factor) × \(peer ?? "the peer")"
    }
  }
}

extension [Double] {
  /// The middle one, or the mean of the two in the middle.
  var median: Double {
    let sorted = sorted()
    return isEmpty ? .nan : (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }

  /// The value that this share of all values does not exceed.
  func percentile(_ share: Double) -> Double {
    isEmpty ? .nan : sorted()[Swift.min(count - 1, Int(share * Double(count)))]
  }

  func rounded(to significant: Int = 4) -> [Double] { map { $0.rounded(significant) } }
}

extension Double {
  /// Fewer digits: the machine's noise is a tenth at best.
  func rounded(_ significant: Int) -> Double {
    guard self != 0, isFinite else { return self }
    let scale = pow(10, Double(significant) - 1 - floor(log10(magnitude)))
    return (self * scale).rounded() / scale
  }
}
