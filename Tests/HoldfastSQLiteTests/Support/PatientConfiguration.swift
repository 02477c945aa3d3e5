import GRDB

extension Configuration {
  /// A neighbour's connection: it waits for its turn to write, and may hold a transaction open over several calls.
  static var patient: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(30)
    configuration.allowsUnsafeTransactions = true
    return configuration
  }
}
