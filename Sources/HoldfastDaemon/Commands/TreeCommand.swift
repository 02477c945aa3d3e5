import ArgumentParser

struct TreeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tree", abstract: "Show the tree of supervision.")

  @Flag(help: "Print a Mermaid diagram.")
  var mermaid = false

  @OptionGroup var client: ClientOptions

  func run() throws {
    let format = mermaid ? "mermaid" : client.json ? "json" : "text"
    try client.ask(ControlRequest(command: .tree, format: format)) { (report: TreeReport) in
      Terminal.output.line(report.tree)
    }
  }
}
