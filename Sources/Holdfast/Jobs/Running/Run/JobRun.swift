import Logging
import Synchronization

/// The life of one run, step by step, in a task of its own.
struct JobRun: Sendable {
  let node: RunnerNode
  let key: RunKey
  let reservation: Reservation

  private var setup: RunnerSetup { node.setup }

  func run() async {
    let run = reservation.run
    setup.store.began(run)
    let end = await attempt()
    setup.store.ended(run)
    // Nobody needs its handle any more, and the thread that commits its end should not have to free it.
    reservation.control.withLock { ($0.task, $0.end) = (nil, nil) }
    node.ended(key, node.judge(end, reservation))
  }

  private func attempt() async -> AttemptEnd {
    if let cause { return .stopped(cause) }
    let handler: JobHandler
    let body: JobMiddleware.Next
    do {
      handler = try find()
      body = try decode(with: handler)
    } catch {
      return .unrunnable(error.parking, error.reason)
    }
    let context = makeContext(handler)
    announce(context)
    await callBefore(context)
    return await perform(around(body), context)
  }

  /// Why it shall stop, if it shall.
  private var cause: StopCause? { reservation.control.withLock { $0.cause } }

  // MARK: Steps

  private func find() throws(Unrunnable) -> JobHandler {
    let box = reservation.box
    guard let handler = reservation.handler else {
      throw Unrunnable(.unknownKind, "no handler for kind '\(box.job.kind)' on node '\(node.identity.name)'")
    }
    guard box.job.version <= handler.version else {
      throw Unrunnable(
        .newerVersion,
        "the payload has version \(box.job.version) of '\(box.job.kind)', and this node knows \(handler.version); deploy the newer one"
      )
    }
    return handler
  }

  /// What runs the job: its handler here, or a worker process.
  private func decode(with handler: JobHandler) throws(Unrunnable) -> JobMiddleware.Next {
    let box = reservation.box
    if handler.policy.isolation == .process, let processes = setup.processes {
      return { context in try await processes.run(request(context, grace: handler.policy.grace)) }
    }
    do {
      return try handler.body(box.job.payload, box.job.version)
    } catch {
      throw Unrunnable(
        .undecodable, "the payload of '\(box.job.kind)' version \(box.job.version) does not decode: \(error)")
    }
  }

  private func makeContext(_ handler: JobHandler) -> JobContext {
    return JobContext(
      box: reservation.box, logger: node.logger, timeline: node.clock,
      deadline: reservation.limits.timeout.map { node.clock.now.advanced(by: $0) },
      lateness: max(.zero, reservation.box.job.due.duration(to: node.clock.wallTime)),
      channel: RunChannel(node: node, key: key, reservation: reservation))
  }

  private func announce(_ context: JobContext) {
    setup.metrics.began(lateness: context.lateness)
    node.tell(.started(lateness: context.lateness), context.job)
  }

  private func callBefore(_ context: JobContext) async {
    guard !setup.hooks.isEmpty else { return }
    var states: [(any Sendable)?] = []
    for hooks in setup.hooks {
      states.append(await node.attempt("beforeRun", context.job) { try await hooks.beforeRun(context) } ?? nil)
    }
    reservation.control.withLock { [states] in $0.states = states }
  }

  private func around(_ body: @escaping JobMiddleware.Next) -> JobMiddleware.Next {
    setup.middleware.reversed().reduce(body) { inner, middleware in
      { context in try await middleware.run(context, next: inner) }
    }
  }

  private func perform(_ body: JobMiddleware.Next, _ context: JobContext) async -> AttemptEnd {
    do {
      return .said(
        try await JobContext.$current.withValue(context) {
          if let tracing = node.tracing { return try await tracing.span(around: body, context) }
          return try await body(context)
        })
    } catch {
      if let failure = error as? JobProcessFailure, let parking = failure.parking {
        return .unrunnable(parking, failure.description)
      }
      let (cause, decided) = reservation.control.withLock { control in
        control.error = error
        return (control.cause, control.decided)
      }
      guard let cause else { return .threw(error) }
      return decided.map(AttemptEnd.said) ?? .stopped(cause)
    }
  }

  private func request(_ context: JobContext, grace: Duration) -> JobProcessRequest {
    JobProcessRequest(
      job: context.job, timeout: context.deadline.map { node.clock.now.duration(to: $0) },
      grace: max(.zero, grace), lateness: context.lateness,
      heartbeat: { context.heartbeat() }, progress: { context.channel.report($0) },
      cancellation: { context.cancellation },
      whenAtOnce: { [reservation] in reservation.whenAtOnce($0) },
      exceeded: { context.channel.exceeded }, decide: { context.channel.decide($0) })
  }

  /// Why this binary cannot run a job.
  private struct Unrunnable: Error {
    let parking: JobParking
    let reason: String

    init(_ parking: JobParking, _ reason: String) {
      self.parking = parking
      self.reason = reason
    }
  }
}

/// How a running handler reaches its runner.
struct RunChannel: JobChannel {
  let node: RunnerNode
  let key: RunKey
  let reservation: Reservation

  var cancellation: String? { reservation.control.withLock { $0.cause?.reason } }

  var exceeded: Duration? {
    switch reservation.control.withLock({ $0.cause }) {
    case .timeout(let duration), .silent(let duration): duration
    case .cancelled, .drained, nil: nil
    }
  }

  func heartbeat() { node.heard(key, nil) }

  func decide(_ outcome: JobOutcome) { reservation.control.withLock { $0.decided = outcome } }

  func report(_ progress: JobProgress) {
    var progress = progress
    progress.at = node.clock.wallTime
    node.tell(.progress(progress), reservation.job)
    node.heard(key, progress)
  }
}
