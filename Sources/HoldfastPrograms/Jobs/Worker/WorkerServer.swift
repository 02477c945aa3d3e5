import CHoldfastPrograms
import Holdfast
import Logging
import Synchronization

/// Hears what the parent says, until there is no parent.
final class WorkerServer: Sendable {
  private let channel: Channel
  private let handlers: [String: JobHandler]
  private let logger: Logger
  private let current = Mutex<WorkerAttempt?>(nil)

  init(_ channel: Channel, _ handlers: [JobHandler], _ logger: Logger) {
    self.channel = channel
    self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { first, _ in first }
    self.logger = logger
  }

  /// With the end of the channel ends the process: in order when it was idle, at once when it was not.
  func serve() -> Never {
    do {
      channel.send(try Frame.encode(WorkerReply.ready(version: WorkerReply.version)))
      var cutter = FrameCutter()
      var buffer = [UInt8](repeating: 0, count: 64 << 10)
      while case .bytes(let bytes) = channel.receive(into: &buffer, waits: true) {
        for frame in try cutter.add(bytes) { hear(try Frame.decode(WorkerRequest.self, from: frame)) }
      }
      System.end(0, atOnce: current.withLock { $0 != nil })
    } catch {
      logger.critical("the parent cannot be understood: \(error)")
      System.end(70, atOnce: true)
    }
  }

  private func hear(_ request: WorkerRequest) {
    switch request {
    case .run(let run): begin(run)
    case .cancel(let reason, let exceeded): current.withLock { $0 }?.cancel(reason, exceeded: exceeded)
    }
  }

  private func begin(_ run: WorkerRun) {
    let attempt = WorkerAttempt(channel)
    current.withLock { $0 = attempt }
    attempt.start { [self] in
      let answer = await answer(run, attempt)
      hf_worker_flush()
      current.withLock { $0 = nil }
      attempt.end(answer)
    }
  }
}

extension WorkerServer {
  private func answer(_ run: WorkerRun, _ attempt: WorkerAttempt) async -> WorkerAnswer {
    let job = run.job
    guard let handler = handlers[job.kind] else {
      return .refused(.unknownKind, reason: "no handler for `\(job.kind)` in the worker's executable")
    }
    guard job.version <= handler.version else {
      return .refused(.newerVersion, reason: "version \(job.version) is newer than the worker's \(handler.version)")
    }
    let body: JobHandler.Body
    do { body = try handler.body(job.payload, job.version) } catch {
      return .refused(.undecodable, reason: "\(error)")
    }
    return await Self.run(body, context(run, attempt))
  }

  private static func run(_ body: JobHandler.Body, _ context: JobContext) async -> WorkerAnswer {
    do {
      return .outcome(try await JobContext.$current.withValue(context) { try await body(context) })
    } catch is CancellationError {
      return .stopped
    } catch {
      return .failed("\(error)".cut(toBytes: JobLimits.words), detail: ErrorDetail(error).text)
    }
  }

  private func context(_ run: WorkerRun, _ attempt: WorkerAttempt) -> JobContext {
    let job = run.job
    var logger = logger
    logger[metadataKey: "job"] = "\(job.id)"
    logger[metadataKey: "kind"] = "\(job.kind)"
    logger[metadataKey: "queue"] = "\(job.queue)"
    logger[metadataKey: "attempt"] = "\(job.attempt)"
    let timeline = SystemTimeline.shared
    return JobContext(
      job: job, logger: logger, timeline: timeline, deadline: run.timeout.map { timeline.now.advanced(by: $0) },
      lateness: run.lateness, channel: attempt)
  }
}
