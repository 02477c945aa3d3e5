import CHoldfastPrograms
// Dispatch sources may be used from every thread; the module does not say so yet.
@unsafe @preconcurrency import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Collects orphans that the kernel hands to this process: what process 1 of a container owes the others.
///
/// Switch it on only where every child process is started by HoldfastPrograms, because it collects all others.
public final class Reaper: Sendable {
  /// The one reaper of this process.
  public static let shared = Reaper()

  private let source = Mutex<(any DispatchSourceSignal)?>(nil)

  private init() {}

  /// Begins to collect orphans when this process is process 1, or when it is told to adopt its orphaned descendants.
  ///
  /// Calling it again does nothing.
  ///
  /// - Returns: Whether orphans are collected.
  @discardableResult
  public func becomeInitIfNeeded(adoptOrphans: Bool = false) -> Bool {
    guard System.processID == 1 || (adoptOrphans && hf_become_subreaper() == 0) else { return isActive }
    let isNew = source.withLock { source in
      guard source == nil else { return false }
      let signals = DispatchSource.makeSignalSource(signal: SIGCHLD, queue: .global())
      signals.setEventHandler { Reaper.shared.collectSoon() }
      signals.activate()
      source = signals
      return true
    }
    if isNew { collectSoon() }
    return true
  }

  private var isActive: Bool { source.withLock { $0 != nil } }

  /// On the spawn thread, so that a child that was just born is known before it is met here.
  func collectSoon() {
    guard isActive else { return }
    SpawnThread.shared.add { Reaper.collect() }
  }

  /// The kernel shows the first ended child only. When that is one of ours, its own run collects it and calls again.
  private static func collect() {
    var child = hf_exit()
    while unsafe hf_wait(0, false, &child) == 1, !Children.shared.contains(child.process) {
      Children.shared.collect(child.process)
    }
  }
}
