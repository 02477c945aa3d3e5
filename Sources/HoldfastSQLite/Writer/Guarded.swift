import Synchronization

/// A value that is not Sendable behind a lock, for bodies that bring a `Database` along.
///
/// `Mutex` would not let them: the compiler cannot see that what they store of the database, its connection, is only used
/// where GRDB allows it, inside its writer's access. That is the rule here, and the one reason for `unsafe`.
@safe final class Guarded<Value>: Sendable {
  private let lock = Mutex(())
  nonisolated(unsafe) private var value: Value

  init(_ value: Value) {
    unsafe self.value = value
  }

  func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    try lock.withLock { _ in try unsafe body(&value) }
  }
}
