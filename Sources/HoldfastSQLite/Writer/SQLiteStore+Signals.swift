import Holdfast

extension SQLiteStore {
  /// Somebody left word in the tables: takes it up, or wakes who does.
  func signalled() {
    if role == .owner { readSignals() } else { Knocks.knock(at: path) }
  }

  /// Takes up what clients and callers' own transactions left word of. What cannot be read now is read with the next word.
  func readSignals() {
    writer.submit(
      GroupCommit.Operation { _, tables in
        try tables.readSignals()
      } conclude: { _ in
      })
  }

  /// A client's transaction is done: the owner shall see to it.
  func knock() {
    if role == .client { Knocks.knock(at: path) }
  }
}
