import Synchronization

/// Saying what is the case. Each call but ``report(_:)`` returns when it is stored.
///
/// - Throws: ``AlarmError``: of code `notRunning` when the service does not run in time (AL11), `derived` when a rule
///   decides, `limitReached`, `notStored` when it holds but the store could not be reached, `cancelled`.
extension Alarms {
  /// Sets an alarm, with what is to be said about it (AL2, AL3).
  ///
  /// - Parameters:
  ///   - id: Which.
  ///   - description: For people; at most 4,096 bytes.
  ///   - severity: Default what it has; ``AlarmSeverity/warning`` for a new one. An override wins.
  ///   - actor: Who, for the history; default nobody, as for what code finds out by itself.
  public func set(
    _ id: AlarmID, _ description: String? = nil, severity: AlarmSeverity? = nil, by actor: String? = nil
  ) async throws(AlarmError) {
    try await tell(.set(id, description, severity: severity), by: actor)
  }

  /// Clears an alarm; one that was never set becomes known to be clear (AL4).
  public func clear(_ id: AlarmID, by actor: String? = nil) async throws(AlarmError) {
    try await tell(.clear(id), by: actor)
  }

  private func tell(_ report: AlarmReport, by actor: String?) async throws(AlarmError) {
    try report.check()
    try await change(report.id, by: actor) { engine, time throws(AlarmError) in try report.apply(to: &engine, at: time)
    }
  }

  /// Makes an alarm unknown again, as though it had never been reported.
  public func forget(_ id: AlarmID, by actor: String? = nil) async throws(AlarmError) {
    try await change(id, by: actor) { engine, time throws(AlarmError) in try engine.forget(id, at: time) }
  }

  /// Overrides the severity of an alarm, known or not, from now on; nil ends that (AL6).
  public func overrideSeverity(
    _ severity: AlarmSeverity?, of id: AlarmID, by actor: String? = nil
  ) async throws(AlarmError) {
    try await change(id, by: actor) { engine, time throws(AlarmError) in
      try engine.overrideSeverity(severity, of: id, at: time)
    }
  }

  private func change(
    _ id: AlarmID, by actor: String?,
    _ event: @Sendable (inout AlarmEngine, AlarmTime) throws(AlarmError) -> Void
  ) async throws(AlarmError) {
    try await change(id) { desk, time throws(AlarmError) in
      try event(&desk.engine, time)
      desk.reporter = actor.map { (id, $0) }
    }
  }

  /// Reports a state without waiting for anything: for watchers, callbacks and code that runs before the service.
  ///
  /// It is stored with the next commit. Before the service runs, up to 1,024 reports are kept in order (AL10); those
  /// beyond are counted and logged.
  ///
  /// - Returns: Whether it was taken: not when a rule decides, its description is too long, or there is no room.
  @discardableResult
  public func report(_ report: AlarmReport) -> Bool {
    guard (try? report.check()) != nil else { return false }
    while true {
      let (node, isKept) = keep(report)
      guard let node else { return isKept }
      do throws(AlarmError) {
        try node.change { desk, time throws(AlarmError) in try report.apply(to: &desk.engine, at: time) }
        return true
      } catch {
        // It ended just now: the next run hears of it.
        guard error.code == .notRunning else { return false }
      }
    }
  }

  /// Keeps a report unless there is a node to take it.
  private func keep(_ report: AlarmReport) -> (node: AlarmNode?, isKept: Bool) {
    state.withLock { state in
      if let node = state.node { return (node, false) }
      guard state.early.count < Self.mostEarlyReports else {
        state.lost += 1
        return (nil, false)
      }
      state.early.append(report)
      return (nil, true)
    }
  }

  /// Changes something, and waits until it is stored.
  @discardableResult
  func change<Value: Sendable>(
    _ alarm: AlarmID?, _ event: @Sendable (inout AlarmDesk, AlarmTime) throws(AlarmError) -> Value
  ) async throws(AlarmError) -> Value {
    let name = alarm?.description ?? ""
    while true {
      let node = try await node(for: name)
      let result: Value
      let batch: UInt64?
      do throws(AlarmError) { (result, batch) = try node.change(event) } catch {
        // It ended just now: the next run does it, if one comes in time.
        if error.code == .notRunning { continue }
        throw error
      }
      try await node.committed(batch, name)
      return result
    }
  }
}
