import ArgumentParser

struct NodesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "nodes", abstract: "Show who runs jobs.")

  @OptionGroup var client: ClientOptions

  func run() throws {
    var nodes: [NodeReport] = []
    try client.ask(ControlRequest(command: .nodes)) { nodes.append($0) }
    if !client.json { NodeTable.lines(nodes, for: .output).forEach(Terminal.output.line) }
  }
}
