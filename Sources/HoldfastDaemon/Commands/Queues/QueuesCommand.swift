import ArgumentParser

struct QueuesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queues", abstract: "Look at and change queues.",
    subcommands: [
      QueuesListCommand.self, PauseCommand.self, ResumeCommand.self, ScaleCommand.self, LimitCommand.self,
      ResetCommand.self, PurgeCommand.self,
    ])
}
