import ArgumentParser

/// The command line.
struct HoldfastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "holdfast",
    abstract: "Keeps programs running and jobs done.",
    discussion: """
      Exit status: 0 done, 1 failed, 2 wrong usage or file, 3 no such program, job, queue, schedule or alarm, 4 not permitted, 5 no daemon answers, \
      6 (run only) stopped by a second signal with something left behind.
      """,
    version: Version.current,
    subcommands: [
      RunCommand.self, CheckCommand.self, TestCommand.self, InitCommand.self, StatusCommand.self, TreeCommand.self,
      StartCommand.self, StopCommand.self, RestartCommand.self, LogsCommand.self, JobsCommand.self, QueuesCommand.self,
      SchedulesCommand.self, AlarmsCommand.self, RemediesCommand.self, NodesCommand.self, AuditCommand.self,
      ReloadCommand.self, ExplainCommand.self,
      VersionCommand.self,
    ])
}

enum Version {
  static let current = "0.1.0"
}
