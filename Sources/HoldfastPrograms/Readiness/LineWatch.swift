import Synchronization

/// Waits for the line of output that says that a program is ready.
final class LineWatch: Sendable {
  private let matches: @Sendable (String) -> Bool
  private let seen = OneShot<Bool>()
  private let found = Atomic(false)

  /// Nil when readiness is not about output.
  init?(_ readiness: ProgramReadiness) {
    switch readiness {
    case .line(let text): matches = { $0.contains(text) }
    case .lineMatching(let pattern):
      guard let regex = try? Regex(pattern) else { return nil }
      let guarded = Mutex(regex)
      matches = { line in guarded.withLock { (try? $0.firstMatch(in: line)) != nil } }
    default: return nil
    }
  }

  /// Tells whether this is the line.
  func sees(_ line: String) -> Bool {
    guard matches(line) else { return false }
    found.store(true, ordering: .releasing)
    seen.fulfil(true)
    return true
  }

  /// Whether the line was there, awaited or not.
  var hasSeen: Bool { found.load(ordering: .acquiring) }

  /// False when the task was cancelled first.
  func wait() async -> Bool {
    await withTaskCancellationHandler {
      await seen.value
    } onCancel: {
      seen.fulfil(false)
    }
  }
}
