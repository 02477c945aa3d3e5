import Dispatch
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Notices that something in a folder changed: by the kernel where it can, by looking once a second where it cannot,
/// and while the folder does not exist.
final class DirectoryWatch: Sendable {
  typealias Continuation = AsyncThrowingStream<TableChange<String>, any Error>.Continuation

  private struct State {
    var notifier: (any DirectoryNotifier)?
    var fingerprint: DirectoryFingerprint?
    /// When the first change that has not been told was noticed.
    var pendingSince: DispatchTime?
    var quietAfter: DispatchTime = .now()
    var isOver = false
  }

  private let path: String
  private let continuation: Continuation
  private let queue = DispatchQueue(label: "holdfast.directory")
  private let state = Mutex(State())

  private static let quiet = DispatchTimeInterval.milliseconds(50)

  /// The changes of one folder, for one subscriber; many of them in a row are one.
  static func changes(of path: String) -> AsyncThrowingStream<TableChange<String>, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let watch = DirectoryWatch(path, continuation)
      watch.attach()
      continuation.onTermination = { _ in watch.end() }
    }
  }

  private init(_ path: String, _ continuation: Continuation) {
    self.path = path
    self.continuation = continuation
  }

  /// Asks the kernel, or looks once a second until the kernel can be asked. True when the folder is not as it was.
  @discardableResult
  private func attach() -> Bool {
    let notifier = makeDirectoryNotifier(path, queue) { [weak self] isLost in self?.noticed(isLost: isLost) }
    let fingerprint = notifier == nil ? DirectoryFingerprint(path) : nil
    let (hasChanged, needsNet) = state.withLock { state in
      if state.isOver { return (false, false) }
      defer { (state.notifier, state.fingerprint) = (notifier, fingerprint) }
      return (notifier != nil || fingerprint != state.fingerprint, notifier == nil)
    }
    if needsNet {
      queue.asyncAfter(deadline: .now() + .seconds(1)) { [weak self] in
        if self?.attach() ?? false { self?.noticed(isLost: false) }
      }
    }
    return hasChanged
  }

  /// Tells of it after a quiet moment, so that a file is not read half-written; after a second in any case.
  private func noticed(isLost: Bool) {
    if isLost { attach() }
    let now = DispatchTime.now()
    let isFirst = state.withLock { state in
      state.quietAfter = now + Self.quiet
      defer { state.pendingSince = state.pendingSince ?? now }
      return state.pendingSince == nil
    }
    if isFirst { tellLater(at: now + Self.quiet) }
  }

  private func tellLater(at time: DispatchTime) {
    queue.asyncAfter(deadline: time) { [weak self] in self?.tellIfQuiet() }
  }

  private func tellIfQuiet() {
    let now = DispatchTime.now()
    let again: DispatchTime? = state.withLock { state in
      guard let since = state.pendingSince else { return nil }
      if state.quietAfter > now, since + .seconds(1) > now { return state.quietAfter }
      state.pendingSince = nil
      return nil
    }
    if let again { tellLater(at: again) } else { continuation.yield(.all) }
  }

  private func end() {
    let notifier = state.withLock { state in
      state.isOver = true
      return state.notifier.take()
    }
    notifier?.cancel()
  }
}

/// What watches a folder on behalf of a ``DirectoryWatch``.
package protocol DirectoryNotifier: Sendable {
  func cancel()
}

/// Enough of a folder to see that something in it changed.
struct DirectoryFingerprint: Equatable {
  private let files: [String: [String]]

  /// Nil when the folder cannot be read.
  init?(_ path: String) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return nil }
    let pairs = names.map { name in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + name)
      let marks = [attributes?[.modificationDate], attributes?[.size]].map { $0.map { "\($0)" } ?? "" }
      return (name, marks)
    }
    files = Dictionary(pairs, uniquingKeysWith: { $1 })
  }
}
