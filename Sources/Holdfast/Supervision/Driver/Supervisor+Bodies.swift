import Synchronization
import Tracing

/// How a generation's body is entered, by its readiness and by what surrounds it.
extension Supervisor {
  func enter(_ reference: ChildReference, _ child: Child) async throws {
    let context = ChildContext(supervisor: self, reference: reference)
    guard let tracing = state.withLock({ $0.inherited.serviceContext }) else {
      return try await surround(context, child)
    }
    try await ServiceContext.$current.withValue(tracing) { try await surround(context, child) }
  }

  private func surround(_ context: ChildContext, _ child: Child) async throws {
    guard let around else { return try await enter(context, child) }
    try await around(context) { try await enter(context, child) }
  }

  private func enter(_ context: ChildContext, _ child: Child) async throws {
    switch child.box.options.readiness {
    case .onEntry: context.ready()
    case .signalled: break
    case .probe(let interval, let check): return try await probe(context, child, interval, check)
    }
    try await child.body(context)
  }

  /// Runs the body beside its probe; the probe ends with its first success, or with the body.
  private func probe(
    _ context: ChildContext, _ child: Child, _ interval: Duration, _ check: @escaping @Sendable () async throws -> Bool
  ) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await child.body(context)
        return true
      }
      group.addTask {
        while !Task.isCancelled {
          if (try? await check()) == true { break }
          try await context.timeline.sleep(for: interval)
        }
        context.ready()
        return false
      }
      while let isBody = try await group.next(), !isBody {}
      group.cancelAll()
    }
  }
}
