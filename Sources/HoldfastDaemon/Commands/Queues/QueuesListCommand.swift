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
    var queues: [QueueReport] = []
    try client.ask(request) { queues.append($0) }
    if !client.json { QueueTable.lines(queues, for: .output).forEach(Terminal.output.line) }
  }
}
