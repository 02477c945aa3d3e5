/// A state, and when it began on both clocks; the times mean nothing while it is unknown.
struct AlarmPhase: Hashable {
  var state = AlarmState.unknown
  var since: Int64 = 0
  var wallSince: Int64 = 0
}

/// One alarm: what is known of it, its rule and who reads it.
struct AlarmCell {
  let id: AlarmID
  var phase = AlarmPhase()
  var description: String?
  /// As it was set, or as its rule says.
  var ownSeverity = AlarmSeverity.warning
  var override: AlarmSeverity?
  /// The top of its rule; −1 when it has none.
  var root: Int32 = -1
  /// The first of the nodes that read it.
  var firstReader: Int32 = -1
  /// Whether it is in the list of what changed.
  var isNoted = false

  var state: AlarmState { phase.state }
  var severity: AlarmSeverity { override ?? ownSeverity }
  var isDerived: Bool { root >= 0 }

  /// Whether forgetting it loses nothing.
  var isIdle: Bool { state == .unknown && root < 0 && firstReader < 0 && override == nil }

  var signal: Signal {
    switch state {
    case .unknown: []
    case .clear: .known
    case .set: [.set, .known]
    }
  }
}

/// All alarms, by slot and by id.
struct AlarmSlab {
  private var cells: [AlarmCell?] = []
  private var free: [Int32] = []
  private var index: [AlarmID: Int32] = [:]

  var count: Int { index.count }

  /// The slots in use, in no order.
  var slots: Dictionary<AlarmID, Int32>.Values { index.values }

  func slot(of id: AlarmID) -> Int32? { index[id] }

  func isOccupied(_ slot: Int32) -> Bool { cells[Int(slot)] != nil }

  subscript(slot: Int32) -> AlarmCell {
    get { cells[Int(slot)]! }
    _modify { yield &cells[Int(slot)]! }
  }

  mutating func add(_ id: AlarmID) -> Int32 {
    let slot: Int32
    if let last = free.popLast() {
      slot = last
      cells[Int(slot)] = AlarmCell(id: id)
    } else {
      slot = Int32(cells.count)
      cells.append(AlarmCell(id: id))
    }
    index[id] = slot
    return slot
  }

  mutating func remove(_ slot: Int32) {
    index[self[slot].id] = nil
    cells[Int(slot)] = nil
    free.append(slot)
  }
}
