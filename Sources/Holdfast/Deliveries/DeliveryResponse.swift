/// What came of one attempt to deliver a message: a value, so that whoever hears of it can decide.
public enum DeliveryResponse<Answer: Sendable>: Sendable {
  /// The handler returned this.
  case answered(Answer)
  /// The handler threw: known at once, not when the time is up (MS5).
  case failed(any Error)
  /// The handler took longer than it may. It was asked to stop, and whatever it still says reaches nobody (MS4).
  case timedOut(after: Duration)
}

/// What becomes of a delivery after its response.
public struct DeliveryDecision<Message: Job>: Sendable {
  enum Choice: Sendable {
    case done
    case retry(Duration, Message?)
    case fail(String)
  }

  let choice: Choice

  /// It is delivered.
  public static var done: DeliveryDecision { DeliveryDecision(choice: .done) }

  /// It is delivered again, with the same id and assigns; stored before this attempt counts as over (SC7).
  ///
  /// - Parameters:
  ///   - delay: From now, ≥ 0.
  ///   - message: Instead of the old one. Default the same.
  public static func retry(in delay: Duration, with message: Message? = nil) -> DeliveryDecision {
    DeliveryDecision(choice: .retry(delay, message))
  }

  /// It is given up.
  public static func fail(_ reason: String) -> DeliveryDecision { DeliveryDecision(choice: .fail(reason)) }

  /// The same in the words of jobs.
  func outcome(_ response: DeliveryResponse<some Sendable>) throws -> JobOutcome {
    switch choice {
    case .done: .complete
    case .retry(let delay, let message?): try .retry(after: delay, with: message, reason: response.words)
    case .retry(let delay, nil): .retry(after: delay, reason: response.words)
    case .fail(let reason): .discard(reason)
    }
  }
}

extension DeliveryResponse {
  /// For the history of the delivery.
  var words: String {
    switch self {
    case .answered: "the response asked for another try"
    case .failed(let error): "\(error)"
    case .timedOut(let duration): "timed out after \(duration)"
    }
  }
}
