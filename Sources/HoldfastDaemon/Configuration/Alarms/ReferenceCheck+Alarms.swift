import Holdfast

/// What rules and remedies say of programs, jobs and each other.
extension ReferenceCheck {
  func checkAlarms() {
    let own = Set(configuration.programs.flatMap(\.children).flatMap(ProgramAlarm.all(of:)))
    for alarm in configuration.alarms {
      if let id = try? AlarmID(parsing: alarm.name), own.contains(id) {
        report("is set and cleared by the daemon itself: choose another name", "alarms", alarm.name, [])
      }
      if let remedy = alarm.remedy { check(remedy, "alarms", alarm.name, ["remedy"]) }
    }
    let withRemedy = Set(configuration.alarms.filter { $0.remedy != nil }.map(\.name))
    for (id, remedy) in configuration.remedies.sorted(by: { $0.key < $1.key }) {
      if withRemedy.contains("\(id)") {
        report("has a remedy under `alarms:` already: give it one, and let that escalate", "remedies", "\(id)", [])
      }
      check(remedy, "remedies", "\(id)", [])
    }
  }

  private func check(_ remedy: RemedyEntry, _ section: String, _ alarm: String, _ path: [String]) {
    switch remedy.action {
    case .command: break
    case .job(let kind, let payload): check(kind, payload, section, alarm, path)
    case .restart(let name):
      let resolver = NameResolver(configuration: configuration)
      do { _ = try resolver.resolve([name]) } catch { report("\(error)", section, alarm, path + ["restart"]) }
    }
    for next in remedy.next { check(next, section, alarm, path + ["escalate"]) }
  }

  private func check(_ kind: String, _ payload: String?, _ section: String, _ alarm: String, _ path: [String]) {
    guard let job = configuration.job(kind) else {
      let hint = Suggestion.text(for: kind, among: configuration.jobs.map(\.kind))
      return report(
        "there is no kind of job `\(kind)`\(hint); describe it under `jobs:`", section, alarm, path + ["job"])
    }
    // An incident as the payload has none of the fields that keys may need.
    let needsFields = job.uniqueKey != nil || job.executionKey != nil
    guard payload != nil || needsFields else { return }
    do {
      _ = try configuration.draft(for: EnqueueRequest(kind: kind, payload: payload))
    } catch {
      report("\(error)", section, alarm, path + [payload == nil ? "job" : "payload"])
    }
  }
}
