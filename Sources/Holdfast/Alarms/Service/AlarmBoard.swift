import Synchronization

/// What everybody may read at any time, without waiting for the engine: a copy of what is known, in many small parts.
///
/// A pass of the engine is put up as a whole. Reading one alarm takes the lock of its part only, for as long as a look
/// into a dictionary; reading all takes a copy of each part at one moment between two passes, and copies no alarm.
final class AlarmBoard: Sendable {
  private final class Shelf: Sendable {
    let views = Mutex<[AlarmID: AlarmView]>([:])
  }

  private static let count = 64
  private let shelves: [Shelf] = (0..<AlarmBoard.count).map { _ in Shelf() }
  /// Taken to put up a pass, and to copy all parts: never while somebody computes.
  private let passes = Mutex(())

  func state(of id: AlarmID) -> AlarmState {
    shelf(of: id).views.withLock { $0[id]?.status.state ?? .unknown }
  }

  func view(of id: AlarmID) -> AlarmView? {
    shelf(of: id).views.withLock { $0[id] }
  }

  /// Everything, as it was between two passes.
  var all: [AlarmView] {
    let parts = passes.withLock { _ in shelves.map { $0.views.withLock { $0 } } }
    return parts.flatMap(\.values)
  }

  /// The states of some alarms, as they were between two passes.
  func states(of ids: [AlarmID]) -> [AlarmState] {
    passes.withLock { _ in ids.map(state) }
  }

  /// Puts up a pass; nil takes an alarm down.
  func put(_ views: [AlarmID: AlarmView?]) {
    guard !views.isEmpty else { return }
    passes.withLock { _ in
      for (id, view) in views { shelf(of: id).views.withLock { $0[id] = view } }
    }
  }

  func clear() {
    passes.withLock { _ in
      for shelf in shelves { shelf.views.withLock { $0 = [:] } }
    }
  }

  /// By a few bytes: the dictionary hashes the whole id anyway.
  private func shelf(of id: AlarmID) -> Shelf {
    var hash = UInt(bitPattern: id.description.utf8.count)
    for byte in id.description.utf8.suffix(4) { hash = hash &* 31 &+ UInt(byte) }
    return shelves[Int(hash % UInt(Self.count))]
  }
}
