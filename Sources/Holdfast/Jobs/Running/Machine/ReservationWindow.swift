/// Where a reserved job is in its life on this node.
enum RunPhase: Equatable {
  /// Taken before its time; becomes ready when that comes, or goes back.
  case coming
  /// Due, waits for a worker; becomes running, or goes back, or is coming again when the wall clock was set back.
  case ready
  /// Its task runs; ends, or is asked to stop.
  case running
  /// Its task was cancelled and has until its deadline to end.
  case stopping(StopCause)
  /// Its task did not end and lost its worker; ends some day, or never.
  case abandoned(StopCause)
  /// Its task has ended, or never was.
  case ended
}

/// The jobs that a node has, at most so many: a slab whose slots are used again under a new generation.
struct ReservationWindow {
  struct Entry {
    let reservation: Reservation
    var phase: RunPhase
    var since = Instant.zero
    var timeoutAt = Instant.distantFuture
    var silentAt = Instant.distantFuture
    var progress: JobProgress?
    /// Whether the store has acknowledged its end.
    var isSettled = false
  }

  private struct Slot {
    var generation: UInt32 = 0
    var entry: Entry?
  }

  private var slots: [Slot] = []
  private var free: [UInt32] = []

  /// Entries, abandoned ones included.
  private(set) var count = 0

  /// Puts a job into a free slot.
  mutating func insert(_ reservation: Reservation, _ phase: RunPhase) -> RunKey {
    if free.isEmpty {
      free.append(UInt32(slots.count))
      slots.append(Slot())
    }
    let slot = free.removeLast()
    slots[Int(slot)].generation &+= 1
    slots[Int(slot)].entry = Entry(reservation: reservation, phase: phase)
    count += 1
    return RunKey(slot: slot, generation: slots[Int(slot)].generation)
  }

  /// What a key names; nil once that is gone. Lent, not copied: most callers want one part of it.
  subscript(key: RunKey) -> Entry? {
    _read {
      if slots[Int(key.slot)].generation == key.generation {
        yield slots[Int(key.slot)].entry
      } else {
        yield nil
      }
    }
    _modify {
      precondition(slots[Int(key.slot)].generation == key.generation, "a stale key was written through")
      yield &slots[Int(key.slot)].entry
    }
  }

  func isLive(_ key: RunKey) -> Bool {
    slots[Int(key.slot)].generation == key.generation && slots[Int(key.slot)].entry != nil
  }

  func phase(of key: RunKey) -> RunPhase? { self[key]?.phase }

  /// The key of whatever is in a slot now.
  func key(at slot: UInt32) -> RunKey? {
    guard slots[Int(slot)].entry != nil else { return nil }
    return RunKey(slot: slot, generation: slots[Int(slot)].generation)
  }

  mutating func remove(_ key: RunKey) {
    guard isLive(key) else { return }
    slots[Int(key.slot)].entry = nil
    free.append(key.slot)
    count -= 1
  }

  /// All live keys, in no order.
  var keys: [RunKey] {
    slots.indices.compactMap { key(at: UInt32($0)) }
  }
}
