extension RecordChange {
  /// Checks names, sizes and numbers of changes that belong to one call.
  ///
  /// - Throws: ``StoreError`` with ``StoreError/Code/invalid`` for the first that does not fit.
  package static func check(_ changes: [RecordChange], store: String) throws(StoreError) {
    do throws(JobRefused) {
      for change in changes { try change.validate() }
      try check(count: changes.reduce(0) { $0 + $1.jobs.count }, of: "jobs")
      try check(count: changes.reduce(0) { $0 + $1.puts.count + $1.cancellations.count }, of: "puts")
      try check(count: changes.reduce(0) { $0 + $1.entries.count }, of: "entries")
    } catch {
      throw error.asStoreError(store)
    }
  }

  /// Checks what is asked of a collection.
  package static func check(
    _ collection: String, key: String? = nil, limit: Int = 1, store: String
  ) throws(StoreError) {
    do throws(JobRefused) {
      try JobRefused.check(name: collection, as: "collection")
      try JobRefused.check(key: key, as: "key")
      guard (1...10_000).contains(limit) else { throw JobRefused("limit", "is \(limit), outside 1…10,000") }
    } catch {
      throw error.asStoreError(store)
    }
  }

  private func validate() throws(JobRefused) {
    var seen: Set<RecordReference> = []
    for put in puts {
      try put.reference.validate()
      if let body = put.body { try JobRefused.check(size: body.count, of: "body of \(put.reference)") }
      guard seen.insert(put.reference).inserted else { throw JobRefused("puts", "name \(put.reference) twice") }
    }
    for cancellation in cancellations {
      try JobRefused.check(name: cancellation.partition, as: "partition")
      try JobRefused.check(key: cancellation.name, as: "name")
    }
    for entry in entries { try entry.validate(jobs: jobs.count) }
  }

  private static func check(count: Int, of what: String) throws(JobRefused) {
    guard count <= JobLimits.batch else {
      throw JobRefused(what, "are \(count) in one call, over \(JobLimits.batch); send them in slices")
    }
  }
}

extension RecordEntry {
  fileprivate func validate(jobs: Int) throws(JobRefused) {
    try reference.validate()
    try JobRefused.check(size: body.count, of: "entry for \(reference)")
    guard keeping >= 1 else { throw JobRefused("keeping", "is \(keeping); a journal keeps at least 1 entry") }
    if let job, !(0..<jobs).contains(job) { throw JobRefused("job", "\(job) of an entry is none of the \(jobs)") }
  }
}

extension RecordReference {
  /// Checks both names.
  func validate() throws(JobRefused) {
    try JobRefused.check(name: collection, as: "collection")
    try JobRefused.check(key: key, as: "key")
  }
}

extension JobRefused {
  fileprivate func asStoreError(_ store: String) -> StoreError {
    StoreError(.invalid, store: store, "record refused: \(field) \(reason)")
  }
}
