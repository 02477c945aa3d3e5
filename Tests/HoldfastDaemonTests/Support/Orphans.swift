@testable import HoldfastPrograms

/// A test run that is killed leaves no daemon behind.
enum Orphans {
  /// The process must lead a group of its own, which Foundation gives to each.
  static func prevent(_ process: Int32) {
    Task {
      try await SpawnThread.shared.run {
        Guardian.shared.start()
        Guardian.shared.add(process)
      }
    }
  }

  static func forget(_ process: Int32) {
    Guardian.shared.remove(process)
  }
}
