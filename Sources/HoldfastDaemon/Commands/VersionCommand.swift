import ArgumentParser

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Show the version of this command, and of the daemon if one answers.")

  @OptionGroup var client: ClientOptions

  func run() throws {
    let own = VersionReport(version: Version.current, protocol: ControlRequest.currentProtocol)
    Terminal.output.line(client.json ? try JSONLine.encode(own) : "holdfast \(own.version)")
    // No daemon is no failure here: the question was for the version.
    try? client.ask(ControlRequest(command: .version)) { (report: VersionReport) in
      Terminal.output.line("daemon \(report.version)")
    }
  }
}
