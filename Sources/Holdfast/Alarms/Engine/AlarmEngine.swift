import HeapModule

/// All alarms and rules as a pure value: reports go in with the time, events and the next wake-up come out.
///
/// ```swift
/// var engine = AlarmEngine()
/// try engine.register(AlarmRule("wifi.unstable", when: .debounce("wifi.down", .seconds(15))), at: now)
/// try engine.set(AlarmID("wifi.down"), "no carrier", at: now)
/// engine.nextWakeUp                  // in 15 s; then: engine.advance(to: now)
/// engine.takeEvents()
/// ```
///
/// Each report is one pass: every alarm that depends on it is brought up to date, each looked at once and after what it
/// depends on, before anything is seen from outside. So no derived alarm ever contradicts its inputs (AL9). What is due
/// before a report happens first, at its own exact instant, however late the engine is woken; what is due at the
/// instant of a report is part of its pass.
///
/// A report costs the alarms it reaches and nothing else. An engine is not thread-safe; its driver keeps it under a lock.
public struct AlarmEngine: Sendable {
  /// What an engine holds at most.
  public struct Limits: Sendable, Hashable {
    /// Alarms that are known, derived ones and those that rules mention included. Default 1,000,000.
    public var alarms: Int
    /// Parts of rules: operators, connectives and mentioned alarms. Default 8,000,000.
    public var parts: Int

    /// Limits, each at least 1.
    public init(alarms: Int = 1_000_000, parts: Int = 8_000_000) {
      self.alarms = max(1, alarms)
      self.parts = max(1, parts)
    }
  }

  let limits: Limits
  var alarms = AlarmSlab()
  var nodes: [OperatorNode] = []
  var freeNodes: [Int32] = []
  /// The first one stays empty, for all nodes that need none.
  var histories = [RunHistory()]
  var freeHistories: [Int32] = []
  var timers = OperatorTimers()
  /// Nodes to look at in this pass, by rank: the rank above, the index below.
  var queue = Heap<UInt64>()
  /// What rules say of their alarms themselves.
  var ruleDescriptions: [Int32: String] = [:]
  var events: [AlarmEvent] = []
  var noted: [Int32] = []
  var removed: [AlarmID] = []
  /// The latest instant that was told; time never goes back.
  var now: Int64 = -Self.farthest
  /// The wall clock's reading at instant zero.
  var wallOffset: Int64 = 0

  /// Instants are kept within ±146 years, so that adding a rule's times cannot overflow.
  static let farthest = Int64.max / 2

  /// An engine that knows nothing.
  public init(limits: Limits = Limits()) {
    self.limits = limits
  }

  /// When ``advance(to:)`` is to be called next, unless a report comes first; nil while time alone changes nothing.
  public var nextWakeUp: Instant? {
    mutating get {
      let due = timers.next(in: nodes)
      return due == .max ? nil : Instant(nanoseconds: due)
    }
  }

  /// What happened since the last call, in order.
  public mutating func takeEvents() -> [AlarmEvent] {
    defer { events = [] }
    return events
  }
}
