import CHoldfastTime
// Dispatch sources are thread-safe objects that their module does not declare Sendable.
@unsafe @preconcurrency import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The steps of the system's wall clock, as the kernel tells of them.
///
/// It is asked from the first watch on and never stopped: that costs a descriptor and no wake-up, and a source that is
/// cancelled just when its event arrives can bring libdispatch's event loop down.
final class WallSteps: Sendable {
  private struct State {
    var last: UInt64 = 0
    var hearers: [UInt64: @Sendable () -> Void] = [:]
    var source: (any DispatchSourceRead)?
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "holdfast.clock")

  /// Whether the kernel is being asked.
  var isListening: Bool { state.withLock { $0.source != nil } }

  func watch(_ hear: @escaping @Sendable () -> Void) -> Watch {
    let id = state.withLock { state in
      state.last += 1
      state.hearers[state.last] = hear
      if state.source == nil { state.source = listen() }
      return state.last
    }
    return Watch { [weak self] in self?.forget(id) }
  }

  private func forget(_ id: UInt64) {
    state.withLock { state in state.hearers[id] = nil }
  }

  private func listen() -> (any DispatchSourceRead)? {
    let descriptor = ht_watch_clock()
    guard descriptor >= 0 else { return nil }
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    source.setEventHandler { [weak self] in
      ht_clock_heard(descriptor)
      self?.stepped()
    }
    source.activate()
    return source
  }

  private func stepped() {
    for hear in state.withLock({ $0.hearers.values.map(\.self) }) { hear() }
  }
}
