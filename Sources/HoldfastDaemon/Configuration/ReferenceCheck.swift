import Holdfast
import Yams

/// Checks what one entry says of another: names that are taken or missing, and circles.
struct ReferenceCheck {
  let configuration: Configuration
  let map: FieldMap

  private var programNames: [String] { configuration.programs.map(\.name) }
  private var groupNames: [String] { configuration.groups.map(\.name) }

  func run() {
    checkNames()
    for program in configuration.programs {
      checkGroup(of: program)
      checkNeeds(of: program.name, program.after, "programs", own: program.group)
    }
    for group in configuration.groups { checkNeeds(of: group.name, group.after, "groups", own: nil) }
    for job in configuration.jobs { checkQueue(of: job) }
    for schedule in configuration.schedules { check(schedule) }
    checkAlarms()
    do {
      _ = try StartOrder(configuration)
    } catch {
      report(circle(error.path), "programs", error.path[0], "after")
    }
  }

  /// Every child has a name of its own, replicas included.
  private func checkNames() {
    var owners = Dictionary(groupNames.map { ($0, "the group `\($0)`") }) { first, _ in first }
    if configuration.hasStore {
      owners[Configuration.jobsChild] = "what runs the jobs"
      owners[Configuration.alarmsChild] = "what keeps the alarms"
      owners[Configuration.watchChild] = "what watches for alarms"
      owners[Configuration.schedulesChild] = "what fires the schedules"
    }
    for program in configuration.programs {
      for child in program.children {
        if let owner = owners[child] {
          let replica = program.replicas > 1 ? " (a replica of `\(program.name)`)" : ""
          report(
            "the name `\(child)`\(replica) is taken by \(owner): rename one of them", "programs", program.name, nil)
        }
        owners[child] = "the program `\(program.name)`"
      }
    }
  }

  private func checkGroup(of program: ProgramConfiguration) {
    guard let group = program.group, !groupNames.contains(group) else { return }
    let hint = Suggestion.text(for: group, among: groupNames)
    report("there is no group `\(group)`\(hint); describe it under `groups:`", "programs", program.name, "group")
  }

  private func checkQueue(of job: JobConfiguration) {
    guard !configuration.queueNames.contains(job.queue) else { return }
    let hint = Suggestion.text(for: job.queue, among: configuration.queueNames)
    report("there is no queue `\(job.queue)`\(hint); describe it under `queues:`", "jobs", job.kind, "queue")
  }

  /// Its job is described, its payload fits, and what it says fits together.
  private func check(_ schedule: ScheduleEntry) {
    guard configuration.job(schedule.job) != nil else {
      let hint = Suggestion.text(for: schedule.job, among: configuration.jobs.map(\.kind))
      return report(
        "there is no kind of job `\(schedule.job)`\(hint); describe it under `jobs:`", "schedules", schedule.name, "job"
      )
    }
    do {
      _ = try configuration.schedule(schedule)
    } catch {
      report("\(error)", "schedules", schedule.name, nil)
    }
  }

  private func checkNeeds(of name: String, _ needs: [String], _ section: String, own: String?) {
    for need in needs {
      if need == name {
        report("`\(name)` cannot start after itself", section, name, "after")
      } else if need == own {
        report("`\(name)` belongs to the group `\(need)` and so cannot start after it", section, name, "after")
      } else if section == "groups", configuration.program(need)?.group == name {
        report("the group `\(name)` cannot start after its own program `\(need)`", section, name, "after")
      } else if !(programNames + groupNames).contains(need) {
        let hint = Suggestion.text(for: need, among: programNames + groupNames)
        report("there is no program or group `\(need)`\(hint)", section, name, "after")
      }
    }
  }

  private func circle(_ path: [String]) -> String {
    let arrows = path.joined(separator: " → ")
    let advice = path.contains { groupNames.contains($0) } ? "programs of one group start together, so " : ""
    return "`after` runs in a circle: \(arrows); \(advice)take one of these out"
  }

  private func report(_ message: String, _ section: String, _ name: String, _ key: String?) {
    report(message, section, name, key.map { [$0] } ?? [])
  }

  /// At the deepest of these keys that is there.
  func report(_ message: String, _ section: String, _ name: String, _ keys: [String]) {
    let entry = map.field.node[section]?[name]
    let place = keys.reduce(entry) { $0?[$1] ?? $0 }?.mark
    let isEntry = keys.isEmpty || entry == nil
    let mark = isEntry ? keyMark(section, name) ?? map.field.node[section]?.mark : place
    let path = ([section, name] + keys).joined(separator: ".")
    map.field.problems.add(entry == nil ? message : "\(path): \(message)", at: mark)
  }

  private func keyMark(_ section: String, _ name: String) -> Mark? {
    map.field.node[section]?.mapping?.keys.first { $0.scalar?.string == name }?.mark
  }
}
