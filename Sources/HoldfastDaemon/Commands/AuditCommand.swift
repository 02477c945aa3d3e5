import ArgumentParser

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Show what operators changed, newest first.")

  @Option(name: [.customShort("n"), .long], help: "Entries to show, 1 to 1000.")
  var limit = 50

  @OptionGroup var client: ClientOptions

  func validate() throws {
    if !(1...1000).contains(limit) { throw ValidationError("-n takes a number from 1 to 1000.") }
  }

  func run() throws {
    var request = ControlRequest(command: .audit)
    request.limit = limit
    try client.list(request) { AuditTable.lines($0, for: .output) }
  }
}
