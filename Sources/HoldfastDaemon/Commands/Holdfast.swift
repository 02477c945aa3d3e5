import ArgumentParser

/// The command line.
struct HoldfastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "holdfast")
}
