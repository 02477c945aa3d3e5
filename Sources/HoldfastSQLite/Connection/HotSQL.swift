import Synchronization

/// A statement that runs for every job: found by its number, because hashing its text would cost as much as running it.
struct HotSQL: Sendable {
  private static let count = Atomic<Int>(0)

  /// The text, as SQLite reads it.
  let text: String
  /// Its place among all of them.
  let number: Int

  /// A statement that is made once, as a constant.
  init(_ text: String) {
    self.text = text
    number = Self.count.add(1, ordering: .relaxed).oldValue
  }
}
