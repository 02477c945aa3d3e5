import Logging
import Synchronization

/// Calling hooks: they hear of what was written, and change nothing.
extension RunnerNode {
  /// Tells every hook of the end of a run.
  func tellHooks(of conclusion: RunnerEffects.Conclusion) async {
    guard let verdict = conclusion.outcome else { return }
    let (states, error) = conclusion.reservation.control.withLock { ($0.states, $0.error) }
    for (index, hooks) in setup.hooks.enumerated() {
      let end = JobEnd(
        job: conclusion.reservation.job, verdict: verdict, state: index < states.count ? states[index] : nil,
        error: error)
      await tell(hooks, of: end)
    }
  }

  private func tell(_ hooks: any JobHooks, of end: JobEnd) async {
    if end.failure?.kind == .timeout { await attempt("onTimeout", end.job) { try await hooks.onTimeout(end) } }
    switch end.verdict {
    case .completed: await attempt("afterRun", end.job) { try await hooks.afterRun(end) }
    case .retry, .crashed: await attempt("onError", end.job) { try await hooks.onError(end) }
    case .discarded: await attempt("onDiscard", end.job) { try await hooks.onDiscard(end) }
    case .cancelled: await attempt("onCancel", end.job) { try await hooks.onCancel(end) }
    case .parked: await attempt("onPark", end.job) { try await hooks.onPark(end) }
    case .snoozed, .returned: break
    }
  }

  /// A job was cancelled while nobody ran it (C2).
  func tellCancelled(_ job: JobRecord) {
    let reason = job.reason ?? "cancelled"
    tell(.cancelled(reason: reason), job)
    guard !setup.hooks.isEmpty else { return }
    let end = JobEnd(job: job, verdict: .cancelled(reason: reason), state: nil, error: nil)
    Task.detached { [self] in
      for hooks in setup.hooks { await attempt("onCancel", job) { try await hooks.onCancel(end) } }
      change { machine, moment in machine.told(1, at: moment.now) }
    }
  }

  /// B7: a hook that throws is logged and counted, and that is all.
  func attempt<Value: Sendable>(_ hook: String, _ job: JobRecord, _ body: () async throws -> Value) async -> Value? {
    do {
      return try await body()
    } catch {
      setup.metrics.hookFailed()
      logger.warning(
        "a hook threw; the job's outcome stands",
        metadata: ["hook": "\(hook)", "job": "\(job.id)", "kind": "\(job.kind)", "error": "\(error)"])
      return nil
    }
  }
}
