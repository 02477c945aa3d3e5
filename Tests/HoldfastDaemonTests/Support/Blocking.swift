import Dispatch

/// Runs what blocks on a thread of its own: the tasks that it waits for need the others.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let queue = DispatchQueue(label: "blocking")
    queue.async { continuation.resume(with: Result(catching: body)) }
  }
}
