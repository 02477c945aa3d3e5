extension JobQueue {
  /// What would be stored of many jobs, in order. Encoding costs about as much as storing, so that all cores share it.
  ///
  /// - Throws: ``JobRefused`` for the first job that does not fit.
  func drafts<J: Job>(for jobs: [J], options: JobOptions) async throws(JobRefused) -> [JobDraft] {
    let parts = stride(from: 0, to: jobs.count, by: Self.share).map { jobs[$0..<min($0 + Self.share, jobs.count)] }
    guard parts.count > 1 else { return try drafts(of: jobs[...], options) }
    let results = await withTaskGroup { group in
      for (index, part) in parts.enumerated() {
        group.addTask { (index, Result { () throws(JobRefused) in try self.drafts(of: part, options) }) }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    var drafts: [JobDraft] = []
    drafts.reserveCapacity(jobs.count)
    for index in parts.indices { drafts += try results[index]?.get() ?? [] }
    return drafts
  }

  /// Jobs that one task encodes: some tenths of a millisecond.
  private static var share: Int { 128 }

  private func drafts(of jobs: ArraySlice<some Job>, _ options: JobOptions) throws(JobRefused) -> [JobDraft] {
    var drafts: [JobDraft] = []
    drafts.reserveCapacity(jobs.count)
    for job in jobs { drafts.append(try draft(for: job, options: options)) }
    return drafts
  }
}
