import Holdfast

/// Answers the requests about jobs of one client.
struct JobRequests: Sendable {
  let service: JobService
  let connection: ControlConnection

  func handle(_ request: ControlRequest) async throws {
    let desk = service.desk(for: request.actor ?? "somebody")
    switch request.command {
    case .enqueue: try await enqueue(request, desk)
    case .jobs: try await list(request.query ?? JobQuery(), desk)
    case .job: try await connection.send(desk.job(try name(request)))
    case .explain: try await connection.send(service.explain(desk, try name(request)))
    case .change: try await change(request, desk)
    case .tail: try await service.tail(request.query ?? JobQuery()) { try await connection.send($0) }
    case .queue: try await changeQueue(request, desk)
    case .schedules: try await schedules(request)
    case .alarms: try await alarms(request)
    default: try await look(request, desk)
    }
  }

  private func look(_ request: ControlRequest, _ desk: JobDesk) async throws {
    switch request.command {
    case .queues: for queue in try await desk.queues(request.scope ?? .everything) { try await connection.send(queue) }
    case .nodes: for node in try await desk.nodes() { try await connection.send(node) }
    default: for entry in try await desk.audit(limit: request.limit ?? 50) { try await connection.send(entry) }
    }
  }

  private func enqueue(_ request: ControlRequest, _ desk: JobDesk) async throws {
    guard let wanted = request.enqueue else { throw Failure(.usage, "the request names no job") }
    for report in try await desk.enqueue(wanted) { try await connection.send(report) }
  }

  private func list(_ query: JobQuery, _ desk: JobDesk) async throws {
    let (jobs, end) = try await desk.jobs(query)
    for job in jobs { try await connection.send(job) }
    if let end { try await connection.send(end) }
  }

  private func change(_ request: ControlRequest, _ desk: JobDesk) async throws {
    guard let change = request.change else { throw Failure(.usage, "the request names no change") }
    if change.jobs != nil { return try await desk.change(change) { try await connection.send($0) } }
    guard let query = change.query else { throw Failure(.usage, "the request names no jobs") }
    if change.preview == true { return try await connection.send(desk.preview(query)) }
    try await desk.changeAll(change) { try await connection.send($0) }
  }

  private func changeQueue(_ request: ControlRequest, _ desk: JobDesk) async throws {
    guard let change = request.queue else { throw Failure(.usage, "the request names no change") }
    try await connection.send(desk.change(change))
  }

  private func schedules(_ request: ControlRequest) async throws {
    guard let wanted = request.schedule else { throw Failure(.usage, "the request says nothing of schedules") }
    let desk = service.scheduleDesk(for: request.actor ?? "somebody")
    for line in try await desk.answer(wanted) { try await connection.send(line) }
  }

  private func alarms(_ request: ControlRequest) async throws {
    guard let wanted = request.alarm else { throw Failure(.usage, "the request says nothing of alarms") }
    let desk = service.alarms.desk(for: request.actor ?? "somebody")
    for line in try await desk.answer(wanted) { try await connection.send(line) }
  }

  private func name(_ request: ControlRequest) throws(Failure) -> String {
    guard let name = request.names?.first else { throw Failure(.usage, "the request names no job") }
    return name
  }
}
