extension JobHandler {
  /// A handler of messages whose responses are looked at: the contract of deliveries.
  ///
  /// ```swift
  /// JobHandler.delivering(ReminderDue.self) { message, delivery in
  ///   try await mail.remind(message.order)
  /// } responded: { response, delivery in
  ///   switch response {
  ///   case .answered: .done
  ///   case .failed, .timedOut: delivery.attempts < 5 ? .retry(in: .seconds(60)) : .fail("nobody answered")
  ///   }
  /// }
  /// ```
  ///
  /// The handler runs in a task of its own. One that takes longer than `timeout` is cancelled, and the response is
  /// ``DeliveryResponse/timedOut(after:)`` at that moment (MS4); the worker is free once it has stopped, or after the
  /// policy's grace. A response that throws fails this attempt only, by the policy's retries (SC6).
  ///
  /// - Parameters:
  ///   - type: The message's type.
  ///   - policy: Instead of the type's own.
  ///   - timeout: How long an answer may take; a delivery's own comes first. Default 5 s.
  ///   - handle: Handles one message.
  ///   - responded: Hears what came of it, and says what becomes of the delivery.
  public static func delivering<Message: Job, Answer: Sendable>(
    _ type: Message.Type, policy: JobPolicy? = nil, timeout: Duration = .seconds(5),
    _ handle: @escaping @Sendable (Message, DeliveryContext) async throws -> Answer,
    responded:
      @escaping @Sendable (DeliveryResponse<Answer>, DeliveryContext) async throws ->
      DeliveryDecision<Message>
  ) -> JobHandler {
    var policy = policy ?? Message.policy
    policy.timeout = timeout
    return .on(type, policy: policy) { message, context in
      return try await DeliveryAttempt(context, handle: handle, responded: responded).run(message)
    }
  }
}

/// One attempt to deliver a message.
private struct DeliveryAttempt<Message: Job, Answer: Sendable>: Sendable {
  let context: JobContext
  let handle: @Sendable (Message, DeliveryContext) async throws -> Answer
  let responded: @Sendable (DeliveryResponse<Answer>, DeliveryContext) async throws -> DeliveryDecision<Message>

  init(
    _ context: JobContext, handle: @escaping @Sendable (Message, DeliveryContext) async throws -> Answer,
    responded:
      @escaping @Sendable (DeliveryResponse<Answer>, DeliveryContext) async throws ->
      DeliveryDecision<Message>
  ) {
    self.context = context
    self.handle = handle
    self.responded = responded
  }

  /// A halted message, which a response may have asked for, is never handled (MS2).
  func run(_ message: Message) async throws -> JobOutcome {
    if let message = message as? any HaltingMessage, message.isHalted { return .complete }
    let race = Race<DeliveryResponse<Answer>>()
    let handler = Task {
      let response = await respond(to: message)
      race.finish(response)
      return response
    }
    guard let response = await withTaskCancellationHandler(operation: race.value, onCancel: handler.cancel) else {
      return try await stopped(handler)
    }
    return try await decide(response)
  }

  private func respond(to message: Message) async -> DeliveryResponse<Answer> {
    do { return .answered(try await handle(message, DeliveryContext(context))) } catch { return .failed(error) }
  }

  /// The attempt shall stop. When its time was up, that is the response, at once; but the worker stays with the handler
  /// until that has stopped or the grace is over, so that no handler is ever uncounted.
  private func stopped(_ handler: Task<DeliveryResponse<Answer>, Never>) async throws -> JobOutcome {
    guard let timeout = context.channel.exceeded else {
      let response = await handler.value
      if case .failed(let error) = response { throw error }
      return try await decide(response)
    }
    do {
      let outcome = try await decide(.timedOut(after: timeout))
      context.channel.decide(outcome)
      _ = await handler.value
      return outcome
    } catch {
      _ = await handler.value
      throw error
    }
  }

  /// In a task of its own, which nobody has cancelled.
  private func decide(_ response: DeliveryResponse<Answer>) async throws -> JobOutcome {
    try await Task {
      try await responded(response, DeliveryContext(context)).outcome(response)
    }.value
  }
}
