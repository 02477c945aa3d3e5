import Holdfast
import Synchronization

extension SQLiteStore {
  /// Somebody left word in the tables: takes it up, or wakes who does.
  func signalled() {
    if role == .owner { readSignals() } else { Knocks.knock(at: path) }
  }

  /// Takes up what clients and callers' own transactions left word of. What cannot be read now, because another process
  /// keeps the file busy perhaps, is read a second later: nobody says it again.
  func readSignals() {
    writer.submit(
      GroupCommit.Operation { _, tables in
        try tables.readSignals()
      } conclude: { [weak self] failure in
        guard let failure, failure.isTransient else { return }
        self?.readSignalsLater()
      })
  }

  private func readSignalsLater() {
    guard isReadingLater.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    else { return }
    _ = clock.schedule(at: clock.now.advanced(by: .seconds(1))) { [weak self] in
      self?.isReadingLater.store(false, ordering: .releasing)
      self?.readSignals()
    }
  }

  /// A client's transaction is done: the owner shall see to it.
  func knock() {
    if role == .client { Knocks.knock(at: path) }
  }
}
