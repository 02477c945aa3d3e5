/// The jobs of a schedule, with the keys that make its overlap policy.
extension ScheduleState {
  /// What all its jobs have in common.
  private var key: String { "schedule/\(schedule.name)" }

  /// The name of an occurrence's job, which no other job can have.
  func jobName(_ nominal: WallTime) -> String { "\(key)/\(nominal.text)" }

  /// The job of an occurrence.
  func job(for nominal: WallTime) -> JobDraft {
    job(named: jobName(nominal), nominal, due: schedule.due(nominal))
  }

  /// A job outside of the rule.
  func extraJob(at now: WallTime) -> JobDraft {
    job(named: "\(key)/trigger/\(now.text)", now, due: now)
  }

  /// The job of a past occurrence. It waits for the others of its schedule unless they may overlap, and is not skipped.
  func lateJob(for nominal: WallTime) -> JobDraft {
    var job = job(for: nominal)
    if schedule.overlap != .allowAll { holdExecution(&job) }
    if schedule.overlap.takesUniqueKey { job.uniqueKey = nil }
    return job
  }

  private func job(named name: String, _ nominal: WallTime, due: WallTime) -> JobDraft {
    var job = schedule.job
    job.name = name
    job.start = .at(due)
    job.envelope.metadata["schedule"] = schedule.name
    job.envelope.metadata["nominal"] = nominal.text
    switch schedule.overlap {
    case .skip: hold(&job, until: .finished)
    case .bufferOne:
      hold(&job, until: .started)
      holdExecution(&job)
    case .bufferAll, .cancelOther, .terminateOther: holdExecution(&job)
    case .allowAll: break
    }
    return job
  }

  private func hold(_ job: inout JobDraft, until end: UniqueUntil) {
    job.uniqueKey = key
    job.uniqueUntil = end
  }

  /// The job's own execution key serves as well, if it has one.
  private func holdExecution(_ job: inout JobDraft) {
    guard job.executionKey == nil else { return }
    job.executionKey = key
    job.executionLimit = 1
  }

  /// What has to end before the next job may begin.
  var cancellation: NamedCancellation? {
    guard schedule.overlap.endsPredecessor, let lastJob else { return nil }
    return NamedCancellation(
      partition: schedule.job.partition, name: lastJob, reason: "schedule '\(schedule.name)' fired again",
      isAtOnce: schedule.overlap == .terminateOther)
  }
}
