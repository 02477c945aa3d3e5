/// The children of one supervisor in start order, with O(1) access by slot and by id.
///
/// Slots are reused, generations of a slot never are.
struct ChildSlab {
  /// No optionals, so that a field can be read and written without copying its record.
  private var records: ContiguousArray<ChildRecord> = []
  private var free: [UInt32] = []
  private var slots: [String: UInt32] = [:]
  private var sequence: UInt64 = 0
  private(set) var first: UInt32?
  private(set) var last: UInt32?
  private var phases = ContiguousArray(repeating: 0, count: Phase.allCases.count)
  private(set) var supervisors = 0
  /// Children that wait for others than their predecessors.
  private(set) var gated = 0

  /// Specifications held.
  var count: Int { slots.count }

  /// Children whose task exists.
  var active: Int { self[.starting] + self[.running] + self[.stopping] }

  /// Children in one phase.
  subscript(phase: Phase) -> Int { phases[phase.rawValue] }

  subscript(slot: UInt32) -> ChildRecord {
    _read {
      precondition(isOccupied(slot), "the slot is free")
      yield records[Int(slot)]
    }
    _modify {
      precondition(isOccupied(slot), "the slot is free")
      yield &records[Int(slot)]
    }
  }

  func slot(of id: String) -> UInt32? { slots[id] }

  /// The slot, if that very generation is the current one.
  func current(_ reference: ChildReference) -> UInt32? {
    guard reference.slot < records.count, isOccupied(reference.slot) else { return nil }
    return records[Int(reference.slot)].generation == reference.generation ? reference.slot : nil
  }

  /// Appends a child to the start order.
  mutating func insert(_ child: Child, phase: Phase) -> UInt32 {
    sequence += 1
    let slot = free.popLast() ?? UInt32(records.count)
    let generation = slot < records.count ? records[Int(slot)].generation : 0
    let record = ChildRecord(
      child: child, generation: generation, phase: phase, previous: last, sequence: sequence)
    if slot < records.count { records[Int(slot)] = record } else { records.append(record) }
    if let last { self[last].next = slot } else { first = slot }
    last = slot
    slots[child.id] = slot
    phases[phase.rawValue] += 1
    if child.box.options.kind == .supervisor { supervisors += 1 }
    if case .after = child.box.options.gate { gated += 1 }
    return slot
  }

  /// Forgets a child; its generation number stays behind, one higher, so that its late events are told apart.
  mutating func remove(_ slot: UInt32) {
    guard isOccupied(slot) else { return }
    let record = records[Int(slot)]
    if let previous = record.previous { self[previous].next = record.next } else { first = record.next }
    if let next = record.next { self[next].previous = record.previous } else { last = record.previous }
    slots[record.child.id] = nil
    phases[record.phase.rawValue] -= 1
    if record.options.kind == .supervisor { supervisors -= 1 }
    if case .after = record.options.gate { gated -= 1 }
    records[Int(slot)] = .vacant(generation: record.generation &+ 1)
    free.append(slot)
  }

  mutating func setPhase(_ phase: Phase, of slot: UInt32) {
    phases[self[slot].phase.rawValue] -= 1
    phases[phase.rawValue] += 1
    self[slot].phase = phase
  }

  func isOccupied(_ slot: UInt32) -> Bool { !records[Int(slot)].flags.contains(.vacant) }

  /// Slots in start order.
  var inOrder: some Sequence<UInt32> {
    Swift.sequence(state: first) { slot in
      defer { slot = slot.flatMap { self[$0].next } }
      return slot
    }
  }
}
