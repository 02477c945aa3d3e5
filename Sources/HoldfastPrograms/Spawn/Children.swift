import CHoldfastPrograms
import Synchronization

/// The processes that this module has started and not yet collected: those whose status nobody else may take.
final class Children: Sendable {
  static let shared = Children()

  private let processes = Mutex<Set<Int32>>([])

  func add(_ process: Int32) {
    processes.withLock { _ = $0.insert(process) }
  }

  func contains(_ process: Int32) -> Bool {
    processes.withLock { $0.contains(process) }
  }

  /// Collects a child that has ended; its number is free for others from here on.
  @discardableResult
  func collect(_ process: Int32) -> hf_exit? {
    var result = hf_exit()
    let found = unsafe hf_wait(process, true, &result)
    processes.withLock { _ = $0.remove(process) }
    return found == 1 ? result : nil
  }

  /// How a child has ended, while its number stays taken.
  func look(at process: Int32) -> hf_exit? {
    var result = hf_exit()
    return unsafe hf_wait(process, false, &result) == 1 ? result : nil
  }
}
