import ArgumentParser

struct NodesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "nodes", abstract: "Show who runs jobs.")

  @OptionGroup var client: ClientOptions

  func run() throws {
    try client.list(ControlRequest(command: .nodes)) { NodeTable.lines($0, for: .output) }
  }
}
