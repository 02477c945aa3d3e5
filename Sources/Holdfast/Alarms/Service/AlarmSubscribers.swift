import Synchronization

/// Who hears of which alarms (AL8): one broadcast for all, one for each id, one for each pattern.
final class AlarmSubscribers: Sendable {
  private struct State {
    var ids: [AlarmID: Broadcast<AlarmEvent>] = [:]
    var patterns: [AlarmPattern: Broadcast<AlarmEvent>] = [:]
  }

  private let everyone = Broadcast<AlarmEvent>()
  private let state = Mutex(State())

  func subscribe(_ pattern: AlarmPattern, capacity: Int) -> Feed<AlarmEvent> {
    if pattern == .all { return everyone.subscribe(capacity: capacity) }
    return state.withLock { state in
      Self.forgetUnheard(&state.patterns)
      let broadcast = state.patterns[pattern] ?? Broadcast()
      state.patterns[pattern] = broadcast
      return broadcast.subscribe(capacity: capacity)
    }
  }

  func subscribe(_ id: AlarmID, capacity: Int) -> Feed<AlarmEvent> {
    state.withLock { state in
      Self.forgetUnheard(&state.ids)
      let broadcast = state.ids[id] ?? Broadcast()
      state.ids[id] = broadcast
      return broadcast.subscribe(capacity: capacity)
    }
  }

  /// Tells everybody concerned, in order. Call it under the lock that makes the order, and what it returns outside.
  func publish(_ events: [AlarmEvent]) -> [@Sendable () -> Void] {
    var wakeUps: [@Sendable () -> Void] = []
    for event in events {
      if everyone.isObserved { wakeUps += everyone.publish(event) }
      let others = state.withLock { state in
        (state.ids[event.id].map { [$0] } ?? []) + state.patterns.filter { $0.key.matches(event.id) }.map(\.value)
      }
      for broadcast in others { wakeUps += broadcast.publish(event) }
    }
    return wakeUps
  }

  /// Ends every subscription.
  func finish() {
    everyone.finish()
    let others = state.withLock { Array($0.ids.values) + Array($0.patterns.values) }
    for broadcast in others { broadcast.finish() }
  }

  /// Now and then: when there are twice as many as are heard, half of them go at once.
  private static func forgetUnheard<Key>(_ broadcasts: inout [Key: Broadcast<AlarmEvent>]) {
    guard broadcasts.count >= 64, broadcasts.count.nonzeroBitCount == 1 else { return }
    broadcasts = broadcasts.filter { $0.value.isObserved }
  }
}
