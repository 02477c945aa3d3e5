import HeapModule

// MARK: Lanes

extension JobBook {
  /// The lane of a tenant's queue, made when it is new.
  mutating func lane(_ partition: String, _ queue: String) -> Int {
    let name = QueueScope(partition: partition, queue: queue)
    if let number = laneNumbers[name] { return number }
    var lane = JobLane(partition: partition, queue: queue)
    lane.isPaused = pauses.contains { $0.scope.contains(partition: partition, queue: queue) }
    lane.limits = limitScopes(partition, queue)
    let number = freeLanes.popLast() ?? lanes.count
    if number < lanes.count { lanes[number] = lane } else { lanes.append(lane) }
    laneNumbers[name] = number
    queues[queue, default: QueueLanes()].count += 1
    let weight = weight(partition, queue)
    queues[queue]?.share.setWeight(weight, of: number)
    return number
  }

  mutating func closeLaneIfEmpty(_ number: Int) {
    let lane = lanes[number]
    guard lane.total == 0, laneNumbers.removeValue(forKey: lane.scope) != nil else { return }
    queues[lane.queue]?.share.forget(number)
    queues[lane.queue]?.count -= 1
    if queues[lane.queue]?.count == 0 { queues[lane.queue] = nil }
    lanes[number] = JobLane(partition: "", queue: "")
    freeLanes.append(number)
  }

  /// A job that may be taken now or later.
  mutating func queue(_ job: StoredJob) {
    let number = job.lane
    let live = lanes[number].counts[JobState.queued.rawValue]
    if job.record.due <= now {
      lanes[number].ready.insert(ReadyKey(priority: job.record.priority, due: job.record.due), job)
      lanes[number].ready.compact(live: live, in: jobs)
      if !lanes[number].isPaused { queues[lanes[number].queue]?.share.begin(number) }
    } else {
      lanes[number].coming.insert(job.record.due, job)
      lanes[number].coming.compact(live: live, in: jobs)
      setAlarm(number, at: job.record.due)
    }
  }

  /// Makes sure that the queue looks at a lane's coming jobs by a time.
  private mutating func setAlarm(_ number: Int, at due: WallTime) {
    guard !lanes[number].isPaused, lanes[number].alarm.map({ due < $0 }) ?? true else { return }
    lanes[number].alarm = due
    queues[lanes[number].queue]?.alarms.insert(QueueLanes.Alarm(due: due, lane: number))
  }

  /// The lane whose next coming job is due first, and when; entries that time or changes have overtaken are put right.
  mutating func nextAlarm(_ queue: String) -> QueueLanes.Alarm? {
    while let alarm = queues[queue]?.alarms.min {
      if isCurrent(alarm) {
        let due = lanes[alarm.lane].coming.first(in: jobs)?.key
        if due == alarm.due { return alarm }
        dropAlarm(alarm, of: queue)
        if let due { setAlarm(alarm.lane, at: due) }
      } else {
        queues[queue]?.alarms.removeMin()
      }
    }
    return nil
  }

  private func isCurrent(_ alarm: QueueLanes.Alarm) -> Bool {
    alarm.lane < lanes.count && lanes[alarm.lane].alarm == alarm.due
  }

  /// Takes the first alarm of a queue off; the lane gets none until ``look(at:)``.
  mutating func dropAlarm(_ alarm: QueueLanes.Alarm, of queue: String) {
    lanes[alarm.lane].alarm = nil
    queues[queue]?.alarms.removeMin()
  }

  /// Sets the lane's alarm by its first coming job.
  mutating func look(at number: Int) {
    guard let first = lanes[number].coming.first(in: jobs) else { return }
    setAlarm(number, at: first.key)
  }

  /// Moves what has become due to the jobs that can be taken.
  mutating func ripen(_ queue: String) {
    while let alarm = nextAlarm(queue), alarm.due <= now {
      dropAlarm(alarm, of: queue)
      ripen(lane: alarm.lane)
      look(at: alarm.lane)
    }
  }

  private mutating func ripen(lane number: Int) {
    while let entry = lanes[number].coming.first(in: jobs), entry.key <= now { place(entry.id) }
  }

  /// Takes a lane into service or out of it.
  mutating func setPaused(_ number: Int, _ isPaused: Bool) {
    guard lanes[number].isPaused != isPaused else { return }
    lanes[number].isPaused = isPaused
    lanes[number].alarm = nil
    let queue = lanes[number].queue
    if isPaused {
      queues[queue]?.share.end(number)
    } else {
      ripen(lane: number)
      if lanes[number].ready.first(in: jobs) != nil { queues[queue]?.share.begin(number) }
      look(at: number)
    }
  }
}

extension JobLane {
  var scope: QueueScope { QueueScope(partition: partition, queue: queue) }
}
