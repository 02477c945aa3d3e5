import ArgumentParser

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a file without starting anything.")

  @Argument(help: "The file.")
  var file = ConfigurationFile.standardName

  @Flag(help: "Print JSON.")
  var json = false

  private struct Report: Encodable {
    var file: String
    var ok: Bool
    var problems: [Entry]

    struct Entry: Encodable {
      var line: Int?
      var column: Int?
      var message: String
    }
  }

  func run() throws {
    do {
      let configuration = try ConfigurationFile.load(file)
      try report("\(file): good, \(configuration.contents)", [])
    } catch let error as ConfigurationError where json {
      try report("", error.problems)
      throw ExitCode(ExitStatus.usage.rawValue)
    }
  }

  private func report(_ text: String, _ problems: [Problem]) throws {
    let entries = problems.map { Report.Entry(line: $0.line, column: $0.column, message: $0.message) }
    let report = Report(file: file, ok: problems.isEmpty, problems: entries)
    Terminal.output.line(json ? try JSONLine.encode(report) : text)
  }
}

extension Configuration {
  private var remedyCount: Int { remedies.count + alarms.count { $0.remedy != nil } }

  /// `3 programs, 1 kind of job, 2 queues`.
  fileprivate var contents: String {
    let counts = [
      (programs.count, "program", "programs"), (jobs.count, "kind of job", "kinds of jobs"),
      (queueNames.count, "queue", "queues"), (schedules.count, "schedule", "schedules"),
      (alarms.count, "rule", "rules"), (remedyCount, "remedy", "remedies"), (notify.count, "route", "routes"),
      (maintenance.count, "maintenance window", "maintenance windows"),
    ]
    return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }.joined(separator: ", ")
  }
}
