import ArgumentParser

/// What every command takes that shows a history.
struct HistoryOptions: ParsableArguments {
  @Option(name: [.customShort("n"), .long], help: "Events to show, 1 to 1000.")
  var limit = 50

  @Option(help: "Only events before this number, as --json shows them.")
  var before: Int64?

  @OptionGroup var client: ClientOptions

  func validate() throws {
    if !(1...1000).contains(limit) { throw ValidationError("-n takes a number from 1 to 1000.") }
  }
}
