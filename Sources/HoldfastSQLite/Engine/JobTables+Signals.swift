import Holdfast

/// What one process, or one transaction of a caller's own, leaves word of for the owner's writer.
///
/// The words are rows of the same transaction, so none is lost and none is early; waking the owner only makes it quick.
enum Signal: Int64 {
  /// A lane has new work.
  case lane = 0
  /// A running job shall stop.
  case cancelRequested = 1
  /// A job was cancelled while nobody ran it.
  case cancelled = 2
  /// Pauses or settings changed.
  case rules = 3
  /// A run ended inside a caller's own transaction.
  case settled = 4
  /// Records of a collection changed.
  case records = 5
}

extension JobTables {
  /// Leaves word of what this transaction did.
  func flushSignals() throws {
    guard !isOwner else { return }
    for lane in touched.keys { try send(.lane, lane) }
    for item in news {
      switch item {
      case .cancelRequested(let cancellation): try send(.cancelRequested, cancellation.run.job.number)
      case .settings, .pauses: try send(.rules, 0)
      }
    }
    for collection in changedCollections { try send(.records, 0, collection: collection) }
    touched = [:]
    news = []
  }

  func send(_ signal: Signal, _ subject: Int64, collection: String? = nil) throws {
    let insert = try connection.statement(
      "INSERT INTO holdfast_signals(kind, subject, collection) VALUES(?1, ?2, ?3)")
    insert.bind(1, signal.rawValue)
    insert.bind(2, subject)
    insert.bind(3, collection)
    try insert.run()
  }

  /// Takes up what others left word of.
  func readSignals() throws {
    let select = try connection.statement("SELECT kind, subject, collection FROM holdfast_signals ORDER BY id")
    let signals = try select.rows { (Signal(rawValue: $0.int(0)), $0.int(1), $0.text(2)) }
    guard !signals.isEmpty else { return }
    try connection.statement("DELETE FROM holdfast_signals").run()
    for (signal, subject, collection) in signals { try take(signal, subject, collection) }
  }

  private func take(_ signal: Signal?, _ subject: Int64, _ collection: String) throws {
    switch signal {
    case .lane: try look(at: names.lane(subject, connection))
    case .rules: try reloadRules()
    case .cancelRequested:
      if let cancellation = try job(JobID(subject))?.record.cancellation { news.append(.cancelRequested(cancellation)) }
    case .cancelled:
      guard let job = try job(JobID(subject))?.record, job.state == .cancelled else { return }
      try tellCancelled(job)
    case .settled: try forgetSettled(JobID(subject))
    case .records: changedCollections.insert(collection)
    case nil: return
    }
  }

  /// The job may run anew by now, or, after a transaction failed, not be known as running any more.
  private func forgetSettled(_ id: JobID) throws {
    let job = try job(id)?.record
    if job?.state == .executing { return }
    noteSettled(id, running[id]?.token ?? job?.token, by: running[id]?.node)
    if let run = running[id] { rules.count(run.lane, -1) }
    forget(id)
  }

  /// A run has ended in a caller's own transaction; only a node that is still there will settle it, too.
  func noteSettled(_ job: JobID, _ token: Int64?, by node: AttachedNode?) {
    guard let token, node.map({ nodes[$0.identity.id] != nil }) ?? !nodes.isEmpty else { return }
    settledElsewhere.note(RunReference(job: job, token: token), of: node?.identity.id)
  }
}
