/// Looking at deliveries, and changing them. An id is the caller's, or the number of one that has none.
extension Deliveries {
  /// A delivery; nil when there is none of this id, or no longer.
  public func get(id: String) async throws(StoreError) -> Delivery? {
    let job = if let number = JobID(id) { try await queue.get(number) } else { try await queue.get(named: id) }
    return job.map { Delivery($0) }
  }

  /// Deliveries that match, one page: those that are still to come by default.
  public func list(_ query: JobQuery? = nil) async throws(StoreError) -> (deliveries: [Delivery], next: JobID?) {
    var coming = JobQuery()
    coming.views = [.scheduled, .retrying]
    coming.partition = queue.partition
    let page = try await queue.list(query ?? coming)
    return (page.jobs.map { Delivery($0) }, page.next)
  }

  /// Cancels a delivery; saying so again is no error. Whoever hears ``DeliveryCancellation/cancelled`` knows that it is not
  /// delivered (TM10).
  @discardableResult
  public func cancel(id: String, reason: String = "cancelled") async throws(StoreError) -> DeliveryCancellation {
    guard let job = try await job(id) else { return .unknown }
    return switch try await queue.cancel(job, reason: reason) {
    case .done, .refused(.cancelled): .cancelled
    case .requested: .stopping
    case .refused(.completed): .alreadyDelivered
    case .refused: .alreadyFailed
    case .unknown: .unknown
    }
  }

  /// Moves a delivery to another time, earlier or later.
  @discardableResult
  public func reschedule(id: String, to time: WallTime) async throws(StoreError) -> DeliveryMove {
    guard let job = try await job(id) else { return .unknown }
    return switch try await queue.reschedule(job, to: time) {
    case .done: .moved
    case .requested, .refused(.executing), .refused(.waiting), .refused(.queued): .underway
    case .refused(.completed): .alreadyDelivered
    case .refused(.cancelled): .alreadyCancelled
    case .refused(.discarded): .alreadyFailed
    case .refused(.parked): .parked
    case .unknown: .unknown
    }
  }

  /// Delivers now what was to be delivered later.
  @discardableResult
  public func trigger(id: String) async throws(StoreError) -> DeliveryMove {
    try await reschedule(id: id, to: queue.store.clock.wallTime)
  }

  /// A number needs no look: the command itself says whether it is there.
  private func job(_ id: String) async throws(StoreError) -> JobID? {
    if let number = JobID(id) { return number }
    return try await queue.get(named: id)?.id
  }
}
