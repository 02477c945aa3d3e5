import Dispatch
import Holdfast
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How a client wakes the owner: it writes a byte to a file in a folder that the owner watches.
///
/// Where the kernel tells nobody of files (elsewhere than on Linux), the owner looks once a second.
final class Knocks: Sendable {
  private let notifier: (any DirectoryNotifier)?
  private let clock: any Timeline
  private let timer = Mutex<TimerToken?>(nil)
  private let onKnock: @Sendable () -> Void

  init(store: String, clock: any Timeline, _ onKnock: @escaping @Sendable () -> Void) {
    self.clock = clock
    self.onKnock = onKnock
    let folder = Self.folder(store)
    _ = unsafe mkdir(folder, 0o700)
    let queue = DispatchQueue(label: "holdfast-sqlite-wake")
    notifier = makeDirectoryNotifier(folder, queue) { _ in onKnock() }
    if notifier == nil { lookLater() }
  }

  func stop() {
    notifier?.cancel()
    if let token = timer.withLock({ $0.take() }) { clock.cancel(token) }
  }

  private func lookLater() {
    let token = clock.schedule(at: clock.now.advanced(by: .seconds(1))) { [weak self] in
      self?.onKnock()
      self?.lookLater()
    }
    timer.withLock { $0 = token }
  }

  /// Wakes the owner, if there is one; without one nobody needs to be woken.
  static func knock(at store: String) {
    let descriptor = unsafe open(folder(store) + "/knock", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    var byte: UInt8 = 1
    _ = unsafe write(descriptor, &byte, 1)
    close(descriptor)
  }

  private static func folder(_ store: String) -> String { store + "-wake" }
}
