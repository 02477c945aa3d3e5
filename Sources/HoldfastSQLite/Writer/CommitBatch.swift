import Holdfast

/// What one transaction does, while it is being made: operations with the errors of those that failed alone, and the
/// nodes that exchange.
struct CommitBatch {
  /// How often a transaction takes in what has arrived meanwhile: enough for a crowd of callers to share one sync, and
  /// an end for those who came first.
  static let rounds = 16

  private(set) var operations: [GroupCommit.Operation]
  /// One for each operation.
  var failures: [StoreError?]
  var visits: [ExchangeDesk.Visit]
  /// Why nothing of it holds.
  var failure: StoreError?

  init(_ operations: [GroupCommit.Operation], visits: [ExchangeDesk.Visit]) {
    self.operations = operations
    self.visits = visits
    failures = Array(repeating: nil, count: operations.count)
  }

  mutating func add(_ latecomers: [GroupCommit.Operation]) {
    operations += latecomers
    failures += Array(repeating: nil, count: latecomers.count)
  }

  /// Tells everybody, nodes first: they have work to begin.
  func conclude(store: String) {
    for visit in visits { visit.conclude(failure, store: store) }
    for (operation, own) in zip(operations, failures) { operation.conclude(failure ?? own) }
  }
}
