/// When a table supervisor looks at its table, and how much it does at once.
public struct TablePolicy: Sendable, Hashable {
  /// From the end of a pass to the next one, > 0. Default 60 s.
  public var period: Duration = .seconds(60)
  /// The largest random addition to the period, as a part of it, 0…1: keeps many nodes from reading in step.
  /// Default 0.1.
  public var jitter = 0.1
  /// The longest wait for the first pass and its starts before the supervisor counts as started, ≥ 0 (G4). Default 1 s.
  public var initialWait: Duration = .seconds(1)
  /// How long a pass may take, > 0; it is cancelled then, and a table that ignores that is not read again before it
  /// returns. Default 30 s.
  public var passTimeout: Duration = .seconds(30)
  /// Starts and stops of a pass that are under way at once, ≥ 1. Default 64.
  public var concurrency = 64

  /// All defaults.
  public init() {}

  /// All defaults.
  public static let standard = TablePolicy()

  func validate() throws(SupervisorError) {
    if period <= .zero { throw invalid("the period \(period) must be above zero") }
    if !(0...1).contains(jitter) { throw invalid("the jitter \(jitter) must lie between 0 and 1") }
    if initialWait < .zero { throw invalid("the initial wait \(initialWait) is negative; use zero or more") }
    if passTimeout <= .zero { throw invalid("the pass timeout \(passTimeout) must be above zero") }
    if concurrency < 1 { throw invalid("the concurrency is \(concurrency); use 1 or more") }
  }

  private func invalid(_ reason: String) -> SupervisorError { SupervisorError(.invalidSpecification, reason) }
}

/// What one pass found.
public struct TablePass: Sendable, Hashable {
  /// Counts the passes, from 1.
  public let number: UInt64
  /// Good rows.
  public var rows = 0
  /// Rows that could not be read.
  public var badRows = 0
  /// Whether nothing was left out, so that keys it did not see are orphans.
  public var isComplete = true

  init(number: UInt64) { self.number = number }
}
