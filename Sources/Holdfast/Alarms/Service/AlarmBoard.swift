import Synchronization

/// What everybody may read at any time, without waiting for the engine: a copy of what is known, in many small parts.
///
/// A pass of the engine is put up as a whole. Reading one alarm takes the lock of its part only, for as long as a look
/// into a dictionary; reading all takes a copy of each part at one moment between two passes, and copies no alarm.
final class AlarmBoard: Sendable {
  /// States apart from all else: to read one out of a view would keep and release everything that the view refers to.
  private struct Content: Sendable {
    var states: [AlarmID: AlarmState] = [:]
    var views: [AlarmID: AlarmView] = [:]
  }

  private final class Shelf: Sendable {
    let content = Mutex(Content())
  }

  /// A power of two.
  private static let count = 64
  private let shelves: [Shelf] = (0..<AlarmBoard.count).map { _ in Shelf() }
  /// Taken to put up a pass, and to copy all parts: never while somebody computes.
  private let passes = Mutex(())

  func state(of id: AlarmID) -> AlarmState {
    shelf(of: id).content.withLock { $0.states[id] ?? .unknown }
  }

  func view(of id: AlarmID) -> AlarmView? {
    shelf(of: id).content.withLock { $0.views[id] }
  }

  /// Everything, as it was between two passes.
  var all: [AlarmView] {
    let parts = passes.withLock { _ in shelves.map { $0.content.withLock(\.views) } }
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
      for (id, view) in views {
        shelf(of: id).content.withLock { content in
          content.states[id] = view?.status.state
          content.views[id] = view
        }
      }
    }
  }

  func clear() {
    passes.withLock { _ in
      for shelf in shelves { shelf.content.withLock { $0 = Content() } }
    }
  }

  private func shelf(of id: AlarmID) -> Shelf { shelves[id.fingerprint & (Self.count - 1)] }
}
