// MARK: Enqueueing

extension JobBook {
  mutating func enqueue(_ drafts: [JobDraft]) -> [JobReceipt] {
    drafts.map { enqueue($0) }
  }

  private mutating func enqueue(_ draft: JobDraft) -> JobReceipt {
    if let id = holder(of: draft), let state = jobs[id]?.record.state { return .duplicate(JobID(id), state) }
    lastID += 1
    let record = JobRecord(id: JobID(lastID), draft: draft, due: due(draft.start), enqueued: now)
    let number = lane(record.partition, record.queue)
    jobs[lastID] = StoredJob(record: record, lane: number)
    ids.append(lastID)
    lanes[number].counts[JobState.queued.rawValue] += 1
    if let key = record.tenantUniqueKey { unique[key] = lastID }
    if let name = record.tenantName { names[name] = lastID }
    place(lastID)
    return .enqueued(record.id)
  }

  private func holder(of draft: JobDraft) -> Int64? {
    if let key = draft.uniqueKey, let id = unique[TenantKey(partition: draft.partition, key: key)] { return id }
    return draft.name.flatMap { names[TenantKey(partition: draft.partition, key: $0)] }
  }

  private func due(_ start: JobStart) -> WallTime {
    switch start {
    case .now: now
    case .after(let delay): now.advanced(by: delay)
    case .at(let time): time
    }
  }
}
