#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What is done while an alarm is set, until it clears: under supervision, with a limit, again and again if need be.
///
/// ```swift
/// .run(timeout: .seconds(60), retry: .after(.seconds(60))) { incident in try await radio.reset() }
/// .restart("radio", in: app).escalating(to: .job(CallSomebody(about: "radio")))
/// ```
///
/// It runs at least once for each raise: a run that the end of the process cut short is begun again, as the next attempt
/// of the same incident, if the alarm is still set when the next process starts (RM1).
public struct Remedy: Sendable {
  /// Does the work; it may throw, and should end soon when its task is cancelled.
  public typealias Body = @Sendable (Incident) async throws -> Void

  /// How runs are limited and repeated.
  public var policy: RemedyPolicy
  /// What it does, in words for people.
  public let words: String
  let body: Body
  /// At most one: the step that comes when the attempts are used up.
  private(set) var next: [Remedy] = []

  /// A remedy that does anything.
  public init(_ words: String, policy: RemedyPolicy = RemedyPolicy(), _ body: @escaping Body) {
    self.words = words
    self.policy = policy
    self.body = body
  }

  /// The same, followed by another when its attempts are used up and the alarm is still set.
  ///
  /// The next one is the remedy of the alarm `remedy.exhausted(<id>)`, with a policy of its own. It takes
  /// ``RemedyPolicy/maxAttempts`` to use up attempts.
  public func escalating(to next: Remedy) -> Remedy {
    var copy = self
    copy.next = [next]
    return copy
  }
}

extension Remedy {
  /// Calls a closure.
  ///
  /// - Parameters:
  ///   - timeout: A run is stopped after this time; nil for no limit. Default 60 s.
  ///   - retry: When a run is followed by another while the alarm stays set. Default never.
  ///   - maxAttempts: Runs for one incident, ≥ 1. Default no limit.
  ///   - body: Is told of the incident as it is when the run begins.
  public static func run(
    timeout: Duration? = .seconds(60), retry: RemedyPolicy.Retry = .never, maxAttempts: Int? = nil,
    _ body: @escaping Body
  ) -> Remedy {
    Remedy("callback", policy: RemedyPolicy(timeout: timeout, retry: retry, maxAttempts: maxAttempts), body)
  }

  /// Stores a job, which then runs, is limited and is repeated by its own policy.
  ///
  /// There is never more than one live job of a remedy: as long as there is, another run stores nothing. The job's
  /// metadata name the `alarm` and the `incident`.
  ///
  /// - Parameters:
  ///   - queue: Where it is stored.
  ///   - policy: When another job is stored while the alarm stays set. Default never.
  ///   - make: Makes the job.
  public static func job<J: Job>(
    on queue: JobQueue, policy: RemedyPolicy = RemedyPolicy(),
    _ make: @escaping @Sendable (Incident) throws -> J
  ) -> Remedy {
    Remedy("job \(J.kind)", policy: policy) { incident in
      try await queue.enqueue(make(incident), options: .remedy(for: incident))
    }
  }

  /// The same for a kind that is known at run time only, with a payload of JSON.
  public static func job(
    _ kind: String, on queue: JobQueue, jobs: JobPolicy = JobPolicy(), policy: RemedyPolicy = RemedyPolicy(),
    payload: @escaping @Sendable (Incident) throws -> Data
  ) -> Remedy {
    Remedy("job \(kind)", policy: policy) { incident in
      try await queue.enqueue(
        kind: kind, payload: payload(incident), policy: jobs, options: .remedy(for: incident))
    }
  }

  /// Restarts a child of a supervisor, and waits until it is ready.
  ///
  /// - Parameters:
  ///   - child: Its id. One that waits for its next start starts at once; one that runs is stopped first; one that is
  ///     stopped, finished or parked is started.
  ///   - supervisor: Its supervisor.
  ///   - policy: Default 60 s for each run, and no repetition.
  public static func restart(
    _ child: String, in supervisor: Supervisor, policy: RemedyPolicy = RemedyPolicy()
  ) -> Remedy {
    Remedy("restart of \(supervisor.name)/\(child)", policy: policy) { _ in
      if supervisor.state(of: child) == .waiting { return try supervisor.skipDelay(of: child) }
      try await supervisor.terminateChild(child)
      try await supervisor.restartChild(child)
    }
  }
}

extension JobOptions {
  fileprivate static func remedy(for incident: Incident) -> JobOptions {
    var options = JobOptions()
    options.unique = .key(RecordKey.fitting("remedy/\(incident.alarm)"))
    options.envelope = JobEnvelope(metadata: ["alarm": "\(incident.alarm)", "incident": "\(incident.id)"])
    return options
  }
}
