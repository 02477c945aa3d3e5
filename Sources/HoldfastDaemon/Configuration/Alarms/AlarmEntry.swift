import Holdfast
import HoldfastPrograms

/// What the file says of one alarm that follows from others.
struct AlarmEntry: Equatable, Sendable {
  /// The rule; its remedy is ``remedy``.
  var rule: AlarmRule
  /// What is done while the alarm is set. Default nothing.
  var remedy: RemedyEntry?
  /// Whether its incidents stay open until somebody has acknowledged them. Default not.
  var latches = false
  /// Alarms that are quiet while this one is set. Default none.
  var inhibits: [AlarmPattern] = []

  var name: String { rule.name }
}

/// What is done while an alarm is set, and how often.
struct RemedyEntry: Equatable, Sendable {
  /// What is done.
  enum Action: Equatable, Sendable {
    /// Run once; exit status 0 means that it has done its work.
    case command(ProgramConfiguration)
    /// A job of this kind, with a payload of JSON; nil stands for the incident.
    case job(String, payload: String?)
    /// A program or a group, by name.
    case restart(String)
  }

  var action: Action
  var policy = RemedyPolicyEntry()
  /// At most one: what is done when the attempts are used up.
  var next: [RemedyEntry] = []

  /// How commands are stopped at their limit, unless they say it themselves. It was the grace that they had.
  static let stop: [StopStep] = [.signal(.terminate), .wait(.seconds(2)), .signal(.kill)]
}

/// How a remedy is limited and repeated; can be compared.
struct RemedyPolicyEntry: Equatable, Sendable {
  /// When a run is followed by another.
  enum Retry: Equatable, Sendable {
    case never
    case after(Duration)
    case backoff(BackoffConfiguration)
  }

  /// > 0. Default 60 s.
  var timeout = Duration.seconds(60)
  /// Default never.
  var retry = Retry.never
  /// ≥ 1. Default no limit.
  var attempts: Int?
  /// Default none.
  var coolDown = Duration.zero
  var dryRun = false
  var rerunIfRaisedDuringRun = false

  var library: RemedyPolicy {
    RemedyPolicy(
      timeout: timeout, retry: libraryRetry, maxAttempts: attempts, coolDown: coolDown, isDryRun: dryRun,
      rerunIfRaisedDuringRun: rerunIfRaisedDuringRun)
  }

  private var libraryRetry: RemedyPolicy.Retry {
    switch retry {
    case .never: .never
    case .after(let delay): .after(delay)
    case .backoff(let backoff): .backoff(backoff.policy)
    }
  }
}

/// What the file says of one way to tell people.
struct RouteEntry: Equatable, Sendable {
  /// Which alarms, how often, and where to.
  var route: NotificationRoute
  /// What is run for each message, for the target ``commandKind``.
  var command: ProgramConfiguration?
  /// How messages go to an address, for a webhook.
  var webhook: WebhookOptions?

  static let commandKind = "command"
}
