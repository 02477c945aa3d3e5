import Holdfast

/// The store of the jobs as it was opened.
struct StoreFile: Sendable {
  let store: any JobStore
  /// Whether there was no such file before.
  let isNew: Bool

  static func open(_ path: String) async throws(Failure) -> StoreFile {
    StoreFile(store: MemoryStore(), isNew: true)
  }

  func close() async {}
}
