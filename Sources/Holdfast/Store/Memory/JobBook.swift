#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import DequeModule

/// Everything a memory store knows, as a value: what ``JobLifecycle`` decides for one job, done to all of them.
///
/// It is the model of every store. Each change of a job goes through ``update(_:_:)``, which compares the record before
/// and after and brings keys, counts and orders up to date; so none of them can be forgotten.
struct JobBook: Sendable {
  var jobs: [Int64: StoredJob] = [:]
  /// Ids in order, with gone ones in between until they are the larger part.
  var ids: [Int64] = []
  var lastID: Int64 = 0
  var lastPlace: UInt64 = 0

  var lanes: [JobLane] = []
  var laneNumbers: [QueueScope: Int] = [:]
  var freeLanes: [Int] = []
  var queues: [String: QueueLanes] = [:]

  var unique: [TenantKey: Int64] = [:]
  var names: [TenantKey: Int64] = [:]
  var keys: [TenantKey: ExecutionKey] = [:]
  var parked: Set<Int64> = []

  var nodes: [String: NodeEntry] = [:]
  var pauses: [QueuePause] = []
  var limits: [QueueScope: ScopeLimits] = [:]
  /// Jobs cancelled while nobody ran them, until a node is told.
  var cancelled = Deque<JobRecord>()
  var audit = Deque<AuditEntry>()
  var lastAudit: Int64 = 0

  /// The time of the transaction that is being made.
  var now = WallTime.distantPast
  var instant = Instant.zero

  mutating func begin(at now: WallTime, _ instant: Instant) {
    self.now = now
    self.instant = instant
  }
}

// MARK: Changing a job

extension JobBook {
  /// What of a record the indexes depend on.
  private struct Shape {
    let state: JobState
    let due: WallTime
    let priority: Int
    let holdsUniqueKey: Bool
    let node: String?

    init(_ job: JobRecord) {
      state = job.state
      due = job.due
      priority = job.priority
      holdsUniqueKey = job.holdsUniqueKey
      node = job.node
    }

    func isSamePlace(as other: Shape) -> Bool {
      state == other.state && due == other.due && priority == other.priority
    }
  }

  /// Changes a job and everything that depends on it.
  @discardableResult
  mutating func update<Result>(_ id: Int64, _ change: (inout StoredJob) -> Result) -> Result? {
    guard let index = jobs.index(forKey: id) else { return nil }
    let before = Shape(jobs.values[index].record)
    let result = change(&jobs.values[index])
    let job = jobs.values[index]
    let after = Shape(job.record)
    if before.holdsUniqueKey != after.holdsUniqueKey { setUniqueKey(of: job.record) }
    guard !before.isSamePlace(as: after) else { return result }
    leave(before.state, job, node: before.node)
    lanes[job.lane].counts[before.state.rawValue] -= 1
    lanes[job.lane].counts[after.state.rawValue] += 1
    place(id)
    if before.state == .executing || before.state == .queued { rouseWaiters(of: job.record) }
    return result
  }

  /// Puts a job where its state says.
  mutating func place(_ id: Int64) {
    lastPlace += 1
    jobs[id]?.place = lastPlace
    guard let job = jobs[id] else { return }
    switch job.record.state {
    case .queued: queue(job)
    case .waiting: wait(job)
    case .executing: hold(job)
    case .parked: parked.insert(id)
    case .completed, .cancelled, .discarded: file(job)
    }
  }

  /// Takes a job out of what only its old state needs; the ordered indexes notice by its place.
  private mutating func leave(_ state: JobState, _ job: StoredJob, node: String?) {
    let id = job.record.id.number
    switch state {
    case .executing: release(job, node: node)
    case .queued: if let key = job.record.tenantExecutionKey { keys[key]?.roused[job.lane]?.remove(id) }
    case .waiting: if let key = job.record.tenantExecutionKey { keys[key]?.waiters -= 1 }
    case .parked: parked.remove(id)
    case .completed, .cancelled, .discarded: break
    }
  }

  private mutating func file(_ job: StoredJob) {
    let state = job.record.state
    lanes[job.lane].finished[state, default: PlacedHeap()].insert(job.record.finished ?? now, job)
    let live = lanes[job.lane].counts[state.rawValue]
    lanes[job.lane].finished[state]?.compact(live: live, in: jobs)
  }

  private mutating func setUniqueKey(of job: JobRecord) {
    guard let key = job.tenantUniqueKey else { return }
    unique[key] = job.holdsUniqueKey ? job.id.number : nil
  }

  /// Forgets a job that nobody runs.
  mutating func delete(_ id: Int64) {
    guard let job = jobs[id] else { return }
    if job.record.holdsUniqueKey, let key = job.record.tenantUniqueKey { unique[key] = nil }
    if let name = job.record.tenantName { names[name] = nil }
    leave(job.record.state, job, node: nil)
    jobs[id] = nil
    lanes[job.lane].counts[job.record.state.rawValue] -= 1
    if job.record.state == .queued { rouseWaiters(of: job.record) }
    forgetKeyIfUnused(job.record.tenantExecutionKey)
    closeLaneIfEmpty(job.lane)
    if ids.count > 64, ids.count > 2 * jobs.count { ids.removeAll { jobs[$0] == nil } }
  }
}

extension JobRecord {
  var tenantUniqueKey: TenantKey? { uniqueKey.map { TenantKey(partition: partition, key: $0) } }
  var tenantExecutionKey: TenantKey? { executionKey.map { TenantKey(partition: partition, key: $0) } }
  var tenantName: TenantKey? { name.map { TenantKey(partition: partition, key: $0) } }
}
