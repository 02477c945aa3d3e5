extension AlarmDesk {
  /// A chain of causes has no more links.
  private static let mostCauses = 32
  private static let deepest = 8

  /// What is behind a derived alarm now: the alarms that its rule looks at and that are set, and what is behind those.
  ///
  /// Where none is set, because a rule waits for something to end, all that have ever been reported are named.
  static func causes(
    of id: AlarmID, _ engine: AlarmEngine, _ incidents: [AlarmID: Incident]
  ) -> [IncidentCause] {
    var causes: [IncidentCause] = []
    var waiting = [(id: id, depth: 1)]
    var seen: Set<AlarmID> = [id]
    while let (next, depth) = waiting.first, causes.count < mostCauses {
      waiting.removeFirst()
      guard let rule = engine.rule(of: next)?.when.description else { continue }
      let inputs = engine.inputs(of: next).sorted().compactMap(engine.status(of:)).filter { $0.state != .unknown }
      let set = inputs.filter { $0.state == .set }
      for input in (set.isEmpty ? inputs : set) where causes.count < mostCauses && seen.insert(input.id).inserted {
        causes.append(
          IncidentCause(
            depth: depth, alarm: input.id, state: input.state, description: input.description,
            incident: incidents[input.id]?.id, rule: rule))
        if depth < deepest { waiting.append((input.id, depth + 1)) }
      }
    }
    return causes
  }
}

extension AlarmNote.Kind {
  init(_ kind: AlarmEvent.Kind) {
    self =
      switch kind {
      case .raised: .raised
      case .cleared: .cleared
      case .updated: .updated
      case .levelChanged: .levelChanged
      case .forgotten: .forgotten
      }
  }
}

extension RemedyOutcome {
  /// In words.
  public var words: String {
    switch self {
    case .finished: "finished"
    case .failed(let reason): "failed: \(reason)"
    case .timedOut: "stopped at its limit"
    case .cancelled: "cancelled"
    }
  }
}

extension AlarmTime {
  var wallTime: WallTime { WallTime(wall) }

  /// When the wall clock will show a time, if nobody sets it.
  func instant(of time: WallTime) -> Instant {
    instant.advanced(by: wallTime.duration(to: time))
  }
}

extension AlarmEngine {
  /// Whether ``takeChanges()`` would give anything.
  var hasChanges: Bool { !noted.isEmpty || !removed.isEmpty }

  /// Every alarm that follows from a rule.
  var derived: [AlarmID] { alarms.slots.filter { alarms[$0].isDerived }.map { alarms[$0].id } }
}
