import CHoldfastPrograms
import Dispatch
public import Holdfast
public import Logging

/// The side of a worker process.
public enum JobWorker {
  /// In a process that ``WorkerProcesses`` started, runs the jobs that it is given and never returns; in any other
  /// process, returns at once.
  ///
  /// Call it first in main: before arguments are parsed and before anything is opened that only one process may have.
  /// Bootstrap logging before, if at all; what is logged or printed here is logged by the parent, line by line.
  ///
  /// - Parameters:
  ///   - handlers: Those of the runner, at least the isolated ones; of two for one kind the first counts.
  ///   - logger: What handlers get, with job, kind, queue and attempt as metadata.
  public static func serveIfAsked(
    _ handlers: [JobHandler], logger: Logger = Logger(label: "holdfast.worker")
  ) async {
    let descriptor = hf_worker_channel()
    guard descriptor >= 0 else { return }
    let server = WorkerServer(Channel(Descriptor(descriptor)), handlers, logger)
    // A thread of its own, because a handler that blocks all others must not keep it from hearing its parent.
    DispatchQueue(label: "holdfast.worker").async { server.serve() }
    await OneShot<Void>().value
  }
}
