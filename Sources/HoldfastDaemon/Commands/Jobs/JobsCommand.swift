import ArgumentParser

struct JobsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "Enqueue, look at and change jobs; without a word more, list them.",
    subcommands: [
      EnqueueCommand.self, JobsListCommand.self, JobsShowCommand.self, JobsExplainCommand.self, JobsTailCommand.self,
      CancelCommand.self, RetryCommand.self, DiscardCommand.self, DeleteCommand.self, RescheduleCommand.self,
      PrioritizeCommand.self,
    ], defaultSubcommand: JobsListCommand.self)
}
