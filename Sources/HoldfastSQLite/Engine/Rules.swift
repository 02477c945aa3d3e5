import Holdfast

/// Pauses and settings that are in force, as the writer knows them, and what they allow a lane.
struct Rules {
  private(set) var pauses: [QueueScope: QueuePause] = [:]
  private(set) var settings: [QueueScope: QueueSettings] = [:]
  private(set) var gates: [QueueScope: RateGate] = [:]
  /// Running jobs of the scopes that have a limit.
  private var running: [QueueScope: Int] = [:]
  /// Gates that were used since they were written.
  private var used: Set<QueueScope> = []

  /// What a lane may start now.
  enum Allowance: Equatable {
    /// So many.
    case jobs(Int)
    /// Nothing, until then.
    case until(WallTime)
    /// Nothing, until somebody writes something.
    case none
  }

  // MARK: Changes

  mutating func set(_ pause: QueuePause) { pauses[pause.scope] = pause }

  mutating func removePause(_ scope: QueueScope) { pauses[scope] = nil }

  /// - Parameter running: How many of its jobs run now.
  mutating func set(_ setting: QueueSettings, arrival: WallTime? = nil, running: Int) {
    settings[setting.scope] = setting
    self.running[setting.scope] = setting.running == nil ? nil : running
    let known = arrival ?? gates[setting.scope]?.arrival ?? .distantPast
    gates[setting.scope] = setting.rate.map { RateGate($0, arrival: known) }
  }

  mutating func removeSettings(_ scope: QueueScope) {
    settings[scope] = nil
    gates[scope] = nil
    running[scope] = nil
  }

  // MARK: Questions

  func isPaused(_ lane: Lane) -> Bool {
    !pauses.isEmpty && Self.scopes(lane).contains { pauses[$0] != nil }
  }

  /// The tenant's share.
  func weight(of lane: Lane) -> Double {
    guard !settings.isEmpty else { return 1 }
    return Self.scopes(lane).lazy.compactMap { settings[$0]?.weight }.first ?? 1
  }

  /// What a lane may start.
  mutating func allowance(of lane: Lane, at now: WallTime) -> Allowance {
    if pauses.isEmpty, settings.isEmpty { return .jobs(.max) }
    guard !isPaused(lane) else { return .none }
    var jobs = Int.max
    var opens: WallTime?
    for scope in Self.scopes(lane) {
      if let limit = settings[scope]?.running { jobs = min(jobs, limit - running[scope, default: 0]) }
      guard jobs > 0 else { return .none }
      guard var gate = gates[scope] else { continue }
      let available = gate.available(at: now)
      if available == 0 { opens = max(opens ?? now, gate.next(at: now)) }
      jobs = min(jobs, max(available, 1))
      gates[scope] = gate
    }
    return opens.map { .until($0) } ?? .jobs(jobs)
  }

  /// A job of a lane starts.
  mutating func start(_ lane: Lane, at now: WallTime) {
    guard !gates.isEmpty else { return }
    for scope in Self.scopes(lane) where gates[scope] != nil {
      gates[scope]?.take(at: now)
      used.insert(scope)
    }
  }

  /// Jobs of a lane began or ceased to run.
  mutating func count(_ lane: Lane, _ change: Int) {
    guard !running.isEmpty else { return }
    for scope in Self.scopes(lane) where running[scope] != nil { running[scope]? += change }
  }

  private static func scopes(_ lane: Lane) -> [QueueScope] { QueueScope.scopes(lane.partition, lane.queue) }

  // MARK: Rows

  /// Reads everything. An absent part of a scope is an empty text, which no name can be.
  ///
  /// - Parameter running: How many jobs of a scope run.
  static func read(_ connection: Connection, running: (QueueScope) throws -> Int) throws -> Rules {
    var rules = Rules()
    let pauses = try connection.statement("SELECT partition, queue, actor, at, note FROM holdfast_pauses")
    for pause in try pauses.rows({ QueuePause($0) }) { rules.set(pause) }
    let settings = try connection.statement(
      """
      SELECT partition, queue, workers, running, rate_count, rate_period, weight, rate_state FROM holdfast_settings
      """)
    for (setting, arrival) in try settings.rows({ (QueueSettings($0), $0.optionalInt(7)) }) {
      rules.set(
        setting, arrival: arrival.map(WallTime.init(microseconds:)), running: try running(setting.scope))
    }
    return rules
  }

  /// Writes the gates that were used.
  mutating func flush(_ connection: Connection) throws {
    guard !used.isEmpty else { return }
    let update = try connection.statement(
      "UPDATE holdfast_settings SET rate_state = ?3 WHERE partition = ?1 AND queue = ?2")
    for scope in used {
      scope.bind(to: update)
      update.bind(3, gates[scope]?.arrival.microseconds)
      try update.run()
    }
    used.removeAll()
  }
}

extension QueueScope {
  /// Binds the scope as the first two arguments.
  func bind(to statement: Statement) {
    statement.bind(1, partition ?? "")
    statement.bind(2, queue ?? "")
  }

  /// Reads the scope from the first two columns.
  init(_ row: Statement) {
    self.init(
      partition: row.text(0).isEmpty ? nil : row.text(0), queue: row.text(1).isEmpty ? nil : row.text(1))
  }
}

extension QueuePause {
  init(_ row: Statement) {
    self.init(
      scope: QueueScope(row), by: row.text(2), at: WallTime(microseconds: row.int(3)), note: row.optionalText(4))
  }
}

extension QueueSettings {
  init(_ row: Statement) {
    self.init(QueueScope(row))
    workers = row.optionalInt(2).map(Int.init)
    running = row.optionalInt(3).map(Int.init)
    if let count = row.optionalInt(4), let period = row.optionalInt(5) {
      rate = RateLimit(Int(count), per: .microseconds(period))
    }
    weight = row.optionalDouble(6)
  }
}
