import ArgumentParser

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the programs and jobs of a file until SIGTERM or SIGINT.",
    discussion: "SIGHUP reads the file again. A second SIGTERM or SIGINT stops at once.")

  @Argument(help: "The file.")
  var file = ConfigurationFile.standardName

  @Flag(help: "Log JSON lines, also on a terminal.")
  var json = false

  func run() async throws {
    try await Daemon(ConfigurationFile.load(file), json: json).run()
  }
}
