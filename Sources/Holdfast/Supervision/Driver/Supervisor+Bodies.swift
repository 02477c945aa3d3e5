import Tracing

/// What a body is wrapped in, only as far as it is needed: most children run bare.
extension Supervisor {
  func surround(_ child: Child, _ inherited: Inherited?) -> Child.Body {
    var body = child.body
    if case .probe(let interval, let check) = child.box.options.readiness { body = probed(body, interval, check) }
    if let around {
      body = { [body] context in try await around(context) { try await body(context) } }
    }
    if let tracing = inherited?.serviceContext {
      body = { [body] context in
        try await ServiceContext.$current.withValue(tracing) { try await body(context) }
      }
    }
    return body
  }

  /// Runs the body beside its probe; the probe ends with its first success, or with the body.
  private func probed(
    _ body: @escaping Child.Body, _ interval: Duration, _ check: @escaping @Sendable () async throws -> Bool
  ) -> Child.Body {
    { context in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          // The body does not run in the child's own task here, so that it could not be told from others.
          try await ChildContext.$current.withValue(context) { try await body(context) }
          return true
        }
        group.addTask {
          while (try? await check()) != true { try await context.timeline.sleep(for: interval) }
          context.ready()
          return false
        }
        while let isBody = try await group.next(), !isBody {}
        group.cancelAll()
      }
    }
  }
}
