/// The operators of the rule language that look at time or knowledge, with their settings in nanoseconds.
enum RuleOperator: Hashable, Sendable {
  case debounce(Int64)
  case hold(Int64)
  case intensity(Int, within: Int64)
  case onTime(Int64, within: Int64)
  case sustain(Int64, within: Int64)
  case flapping(slot: Int64)
  case unknownAsSet

  enum Name: String, CaseIterable {
    case debounce, hold, intensity, onTime, sustain, flapping, unknownAsSet
  }

  /// More pulses than this cannot be counted: each counted one is remembered.
  static let mostPulses = 10_000
  /// The slot of `flapping(x)` without one.
  static let standardSlot: Int64 = 60_000_000_000
}

extension RuleOperator {
  var name: Name {
    switch self {
    case .debounce: .debounce
    case .hold: .hold
    case .intensity: .intensity
    case .onTime: .onTime
    case .sustain: .sustain
    case .flapping: .flapping
    case .unknownAsSet: .unknownAsSet
    }
  }

  /// What stands after the operand, as it is written.
  var settings: [String] {
    switch self {
    case .debounce(let time), .hold(let time): [RuleDuration.text(time)]
    case .intensity(let count, let period): [String(count), RuleDuration.text(period)]
    case .onTime(let share, let period), .sustain(let share, let period):
      [RuleDuration.text(share), RuleDuration.text(period)]
    case .flapping(Self.standardSlot), .unknownAsSet: []
    case .flapping(let slot): [RuleDuration.text(slot)]
    }
  }

  private var times: [Int64] {
    switch self {
    case .debounce(let time), .hold(let time), .flapping(let time), .intensity(_, let time): [time]
    case .onTime(let share, let period), .sustain(let share, let period): [share, period]
    case .unknownAsSet: []
    }
  }

  /// What is wrong with the settings; nil when nothing is.
  var fault: String? {
    guard times.allSatisfy({ $0 <= RuleDuration.longest }) else { return "a time of \(name) is longer than 100 years" }
    switch self {
    case .debounce(let time), .hold(let time), .flapping(let time):
      return time > 0 ? nil : "the time of \(name) must be longer than 0"
    case .intensity(let count, let period):
      guard (1...Self.mostPulses).contains(count) else {
        return "intensity counts 1 to \(Self.mostPulses) pulses, not \(count)"
      }
      return period > 0 ? nil : "the window of intensity must be longer than 0"
    case .onTime(let share, let period), .sustain(let share, let period):
      guard share > 0 else { return "the time of \(name) must be longer than 0" }
      guard share <= period else {
        return
          "\(RuleDuration.text(share)) never fit into a window of \(RuleDuration.text(period)); make the window longer"
      }
      return nil
    case .unknownAsSet: return nil
    }
  }
}
