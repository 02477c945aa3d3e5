import ArgumentParser
import Holdfast

struct QueuesListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show queues: workers, jobs by state, pauses and limits.")

  @Argument(help: "Only this queue.")
  var queue: String?

  @Option(help: "Only queues of this partition.")
  var partition: String?

  @OptionGroup var client: ClientOptions

  func run() throws {
    var request = ControlRequest(command: .queues)
    request.scope = QueueScope(partition: partition, queue: queue)
    try client.list(request) { QueueTable.lines($0, for: .output) }
  }
}
