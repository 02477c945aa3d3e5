#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension JobQueue {
  /// Stores a job.
  ///
  /// - Parameters:
  ///   - job: The job.
  ///   - start: When it may run first, instead of the options'. Default now.
  ///   - unique: Its unique key, instead of its own.
  ///   - options: Everything else.
  /// - Returns: Its id, or the job that holds its unique key or bears its name (Q1, SC4).
  /// - Throws: ``JobRefused`` before any effect, ``StoreError`` when the store could not.
  @discardableResult
  public func enqueue(
    _ job: some Job, starting start: JobStart? = nil, unique: JobOptions.UniqueKey? = nil,
    options: JobOptions = JobOptions()
  ) async throws -> JobReceipt {
    let draft = try draft(for: job, options: options.with(start, unique))
    return try await store(draft)
  }

  /// Stores a job of a kind that is known at run time only.
  ///
  /// - Throws: ``JobRefused`` before any effect, ``StoreError`` when the store could not.
  @discardableResult
  public func enqueue(
    kind: String, payload: Data, version: Int = 1, policy: JobPolicy = JobPolicy(), options: JobOptions = JobOptions()
  ) async throws -> JobReceipt {
    try await store(try draft(kind: kind, payload: payload, version: version, policy: policy, options: options))
  }

  /// Stores many jobs of one type; up to ``JobLimits/batch`` of them all or none, more in slices of so many.
  ///
  /// All are checked before the first is stored.
  ///
  /// - Returns: A receipt for each, in order.
  /// - Throws: ``JobRefused`` before any effect, ``StoreError`` when the store could not; earlier slices stay then.
  @discardableResult
  public func enqueue<J: Job>(
    contentsOf jobs: some Sequence<J>, options: JobOptions = JobOptions()
  ) async throws -> [JobReceipt] {
    try await store(try await drafts(for: Array(jobs), options: options))
  }

  /// Stores drafts, in slices of ``JobLimits/batch``.
  ///
  /// - Throws: ``JobRefused`` before any effect, ``StoreError`` when the store could not; earlier slices stay then.
  @discardableResult
  public func enqueue(_ drafts: [JobDraft]) async throws -> [JobReceipt] {
    for draft in drafts { try draft.validate() }
    return try await store(drafts)
  }

  private func store(_ drafts: [JobDraft]) async throws(StoreError) -> [JobReceipt] {
    if drafts.count <= JobLimits.batch { return drafts.isEmpty ? [] : try await store.enqueue(drafts) }
    var receipts: [JobReceipt] = []
    receipts.reserveCapacity(drafts.count)
    for start in stride(from: 0, to: drafts.count, by: JobLimits.batch) {
      receipts += try await store.enqueue(Array(drafts[start..<min(start + JobLimits.batch, drafts.count)]))
    }
    return receipts
  }

  /// Stores jobs as they come, slice by slice, with one slice in memory.
  ///
  /// - Parameters:
  ///   - jobs: The jobs.
  ///   - slice: Jobs that are stored together, 1…``JobLimits/batch``. Default 1,000.
  ///   - options: For each of them.
  ///   - receipts: Hears of each slice that is stored.
  /// - Returns: How many were stored, duplicates not counted.
  /// - Throws: Whatever the sequence throws, ``JobRefused``, ``StoreError``; earlier slices stay.
  @discardableResult
  public func enqueue<Jobs: AsyncSequence & Sendable>(
    stream jobs: Jobs, slice: Int = 1000, options: JobOptions = JobOptions(),
    receipts: (([JobReceipt]) async -> Void)? = nil
  ) async throws -> Int where Jobs.Element: Job {
    guard (1...JobLimits.batch).contains(slice) else {
      throw JobRefused("slice", "is \(slice), outside 1…\(JobLimits.batch)")
    }
    var drafts: [JobDraft] = []
    var count = 0
    for try await job in jobs {
      drafts.append(try draft(for: job, options: options))
      guard drafts.count == slice else { continue }
      count += try await flush(&drafts, receipts)
    }
    return count + (try await flush(&drafts, receipts))
  }

  private func flush(_ drafts: inout [JobDraft], _ hear: (([JobReceipt]) async -> Void)?) async throws -> Int {
    guard !drafts.isEmpty else { return 0 }
    let receipts = try await store.enqueue(drafts)
    drafts.removeAll(keepingCapacity: true)
    await hear?(receipts)
    return receipts.count { !$0.isDuplicate }
  }

  func store(_ draft: JobDraft) async throws -> JobReceipt {
    guard let receipt = try await store.enqueue([draft]).first else {
      throw StoreError(
        .corrupt, store: "\(type(of: store))", "the store gave no receipt for a job; this is a defect in it")
    }
    return receipt
  }
}

extension JobOptions {
  fileprivate func with(_ start: JobStart?, _ unique: UniqueKey?) -> JobOptions {
    var options = self
    options.start = start ?? self.start
    options.unique = unique ?? self.unique
    return options
  }
}
