extension Task where Success == Void, Failure == Never {
  /// A detached task whose first steps, up to its first suspension, run on the calling thread.
  ///
  /// For a caller who will wait for those steps anyway this saves handing them to another thread and being woken by it,
  /// which costs more than all the bookkeeping of a start.
  static func atOnce(_ operation: @escaping @isolated(any) @Sendable () async -> Void) -> Task {
    if #available(macOS 26, *) {
      return Task.immediateDetached(operation: operation)
    }
    return Task.detached(operation: operation)
  }
}

/// Tells the calling task from all others that live now; 0 outside of tasks.
func currentTaskIdentity() -> Int {
  unsafe withUnsafeCurrentTask { task in unsafe task?.hashValue ?? 0 }
}
