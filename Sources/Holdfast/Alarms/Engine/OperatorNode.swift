/// The value of a part of a rule at one instant.
struct Signal: OptionSet, Hashable {
  let rawValue: UInt8

  static let set = Signal(rawValue: 1)
  /// What is unknown in it cannot change it any more; only `unknownAsSet` looks at this.
  static let known = Signal(rawValue: 2)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(isSet: Bool, isKnown: Bool) {
    self.init(rawValue: (isSet ? 1 : 0) | (isKnown ? 2 : 0))
  }

  var isSet: Bool { contains(.set) }
}

/// One part of one rule: an alarm it mentions, a connective, or an operator over time with what it remembers.
///
/// Nodes live in one array and name each other by index; −1 is none. An operator whose operand is an alarm reads it
/// itself (`source`), without a node between.
struct OperatorNode {
  enum Kind: UInt8 {
    case alarm, not, all, any, debounce, hold, intensity, onTime, sustain, flapping, unknownAsSet
  }

  var kind: Kind
  /// The operand's value; connectives count their operands instead.
  var input: Signal = []
  var output: Signal = []
  var isQueued = false
  /// Greater than that of everything it depends on.
  var rank: Int32 = 0
  /// The alarm whose rule this is a part of.
  var owner: Int32
  var parent: Int32 = -1
  var firstChild: Int32 = -1
  var nextSibling: Int32 = -1
  /// The alarm that it reads, and its neighbours in the list of that alarm's readers.
  var source: Int32 = -1
  var nextReader: Int32 = -1
  var previousReader: Int32 = -1
  /// Index of the remembered runs; 0 for operators that remember none.
  var history: Int32 = 0
  /// The time of debounce and hold, the share of onTime and sustain, the count of intensity, the slot of flapping.
  var setting: Int64 = 0
  var window: Int64 = 0
  /// When the operand last changed.
  var since: Int64 = 0
  /// The last raise of hold, the end of the last long run of sustain, the slots of flapping as bits.
  var mark: Int64 = .min
  /// When the output can change although the operand does not; `.max` for never.
  var due: Int64 = .max
}

extension OperatorNode {
  // Connectives need no memory of time; their counts use its place.
  var setCount: Int64 {
    get { setting }
    set { setting = newValue }
  }
  var knownCount: Int64 {
    get { window }
    set { window = newValue }
  }
  var knownSetCount: Int64 {
    get { mark }
    set { mark = newValue }
  }
  var operandCount: Int64 {
    get { since }
    set { since = newValue }
  }

  mutating func count(_ signal: Signal, by one: Int64) {
    if signal.contains(.set) { setCount += one }
    if signal.contains(.known) { knownCount += one }
    if signal == [.set, .known] { knownSetCount += one }
  }
}
