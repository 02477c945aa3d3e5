import ArgumentParser

struct QueuesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queues", abstract: "Look at and change queues; without a word more, list them.",
    subcommands: [
      QueuesListCommand.self, PauseCommand.self, ResumeCommand.self, ScaleCommand.self, LimitCommand.self,
      ResetCommand.self, PurgeCommand.self,
    ], defaultSubcommand: QueuesListCommand.self)
}
