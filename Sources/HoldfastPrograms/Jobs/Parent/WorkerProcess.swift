// Dispatch sources may be used from every thread; the module does not say so yet.
@unsafe @preconcurrency import Dispatch
import Holdfast
import Synchronization

/// Drives one worker process: tells its machine what happens, and does what comes out.
///
/// Everything that comes from the process is read on one queue, and everything goes to it from there.
final class WorkerProcess: Sendable {
  /// What the pool hears of it.
  struct Hooks: Sendable {
    /// Once, before anything else.
    var started: @Sendable (WorkerProcess) -> Void
    /// It may be given a run.
    var becameIdle: @Sendable (WorkerProcess) -> Void
    /// Once, when nothing of it is left; with what was wrong when it never was ready.
    var ended: @Sendable (WorkerProcess, WorkerEnd?) -> Void
  }

  /// The run that it has.
  struct Run: Sendable {
    let request: JobProcessRequest
    let end = OneShot<WorkerEnd>()
  }

  private struct State {
    var machine: WorkerMachine
    var cutter = FrameCutter()
    var run: Run?
  }

  let number: Int
  let output: WorkerOutput
  private let plan: WorkerPlan
  private let tag: ProcessTag
  private let hooks: Hooks
  private let running: RunningProgram
  private let channel: Channel
  private let captures: [OutputCapture]
  private let queue: DispatchQueue
  private let state: Mutex<State>

  /// Starts a process; it becomes idle when it is ready.
  ///
  /// - Throws: ``ProgramError``; then nothing was started, and nobody hears of it.
  static func start(_ plan: WorkerPlan, number: Int, hooks: Hooks) async throws(ProgramError) {
    let tag = ProcessTag()
    let (channel, streams, out, err) = try pipes(plan)
    let process = try await plan.launch(tag: tag).spawn(streams, plan.program, as: plan.name, report: plan.report)
    let worker = WorkerProcess(plan, number, hooks, tag, process, channel, [(out, .out), (err, .err)])
    hooks.started(worker)
    worker.listen(to: process)
  }

  private static func pipes(_ plan: WorkerPlan) throws(ProgramError) -> (Channel, Streams, Descriptor, Descriptor) {
    do throws(SystemError) {
      let (channel, theirs) = try Channel.pair()
      let (streams, out, err) = try Streams.piped(input: theirs)
      return (channel, streams, out, err)
    } catch {
      throw .streamsMissing(error, plan.name)
    }
  }

  private init(
    _ plan: WorkerPlan, _ number: Int, _ hooks: Hooks, _ tag: ProcessTag, _ process: Process, _ channel: Channel,
    _ outputs: [(Descriptor, ProgramLine.Stream)]
  ) {
    let queue = DispatchQueue(label: "holdfast.worker")
    let output = WorkerOutput(plan.logger(worker: number, process: process.id), lineLimit: plan.options.outputLines)
    let deadline = plan.timeline.now.advanced(by: plan.options.startDeadline)
    self.plan = plan
    self.number = number
    self.tag = tag
    self.hooks = hooks
    self.channel = channel
    self.queue = queue
    self.output = output
    running = RunningProgram(process, stop: [.signal(.kill)], timeline: plan.timeline)
    state = Mutex(State(machine: WorkerMachine(jobLimit: plan.options.jobs, startingUntil: deadline)))
    captures = outputs.map { reading, stream in
      OutputCapture(reading, lineLimit: WorkerOutput.lineLength, queue: queue) { output.append($0, stream) }
    }
  }

  private func listen(to process: Process) {
    let source = DispatchSource.makeReadSource(fileDescriptor: channel.descriptor, queue: queue)
    source.setEventHandler { [self] in
      if !receive() { source.cancel() }
    }
    source.setCancelHandler { [channel] in withExtendedLifetime(channel) {} }
    source.activate()
    process.whenEnded(on: queue) { [self] in
      _ = receive()
      // The source ends itself when it hears of that: one that is cancelled by others just when its event arrives can
      // bring libdispatch's event loop down.
      channel.close()
      Task { await conclude() }
    }
    schedule(.wake(at: plan.timeline.now.advanced(by: plan.options.startDeadline)))
  }
}

extension WorkerProcess {
  /// Gives it a run; returns how that ended.
  func run(_ request: JobProcessRequest) async -> WorkerEnd {
    let run = Run(request: request)
    output.begin(request.job)
    let message = WorkerRun(job: request.job, timeout: request.timeout, lateness: request.lateness)
    let number = tell { state, _ in
      state.run = run
      return state.machine.begin(message)
    }
    return await withTaskCancellationHandler {
      await run.end.value
    } onCancel: {
      let reason = request.cancellation() ?? "cancelled"
      let exceeded = request.exceeded()
      let grace = request.grace
      tell { $0.machine.cancel(run: number, reason: reason, exceeded: exceeded, grace: grace, at: $1) }
      request.whenAtOnce { [weak self] in
        self?.tell { $0.machine.cancel(run: number, reason: reason, grace: .zero, at: $1) }
      }
    }
  }

  /// Asks it to go when it has nothing to do.
  func leave() {
    tell { $0.machine.leave(at: $1) }
  }

  /// Kills it whatever it does.
  func kill() {
    tell { state, _ in state.machine.kill(because: .stopped) }
  }

  /// The one way in: what comes out is done in order, on the queue, after the lock. Only a kill does not wait for its
  /// turn: the queue may be sending to a process that does not read any more.
  ///
  /// - Returns: The newest run's number.
  @discardableResult
  private func tell(_ event: (inout State, Instant) -> [WorkerMachine.Effect]) -> Int {
    let now = plan.timeline.now
    let (runs, isKilled) = state.withLock { state in
      let effects = event(&state, now)
      let run = state.run
      if !effects.isEmpty { queue.async { [self] in effects.forEach { perform($0, run) } } }
      return (state.machine.runs, effects.contains(.kill))
    }
    if isKilled { running.kill() }
    return runs
  }

  private func perform(_ effect: WorkerMachine.Effect, _ run: Run?) {
    switch effect {
    case .send(let request): send(request)
    case .conclude(let end): run?.end.fulfil(end)
    case .becomeIdle: hooks.becameIdle(self)
    case .hangUp: channel.end()
    case .kill: break
    case .wake: schedule(effect)
    case .leave(let failure): hooks.ended(self, failure)
    }
  }

  /// A run that cannot be sent, because the process has just died, costs its job nothing.
  private func send(_ request: WorkerRequest) {
    do {
      let isSent = channel.send(try Frame.encode(request))
      if !isSent, case .run = request { tell { state, _ in state.machine.unsent() } }
    } catch {
      tell { state, _ in state.machine.garbled("the job cannot be sent: \(error)") }
    }
  }

  private func schedule(_ effect: WorkerMachine.Effect) {
    guard case .wake(let instant) = effect else { return }
    plan.timeline.schedule(at: instant) { [weak self] in self?.tell { $0.machine.wake(at: $1) } }
  }
}

extension WorkerProcess {
  /// Reads what there is; false at the end.
  private func receive() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      switch channel.receive(into: &buffer, waits: false) {
      case .bytes(let bytes): take(bytes)
      case .wouldBlock: return true
      case .end:
        tell { $0.machine.closed(at: $1) }
        return false
      }
    }
  }

  private func take(_ bytes: ArraySlice<UInt8>) {
    do {
      for frame in try state.withLock({ try $0.cutter.add(bytes) }) {
        hear(try Frame.decode(WorkerReply.self, from: frame))
      }
    } catch {
      tell { state, _ in state.machine.garbled("\(error)") }
    }
  }

  private func hear(_ reply: WorkerReply) {
    switch reply {
    case .ready(let version): tell { state, _ in state.machine.ready(version: version) }
    case .heartbeat: state.withLock { $0.run }?.request.heartbeat()
    case .progress(let progress): state.withLock { $0.run }?.request.progress(progress)
    case .decided(let outcome): state.withLock { $0.run }?.request.decide(outcome)
    case .ended(let answer): answered(answer)
    }
  }

  /// What the job wrote before it ended is in the pipes already, and belongs to it.
  private func answered(_ answer: WorkerAnswer) {
    for capture in captures { capture.drain() }
    output.end()
    let isTooLarge = plan.options.memory.map { System.residentBytes(of: running.process.id) > $0 } ?? false
    tell { $0.machine.answered(answer, isTooLarge: isTooLarge, at: $1) }
  }

  /// Clears up after the process, and only then gives its number back.
  private func conclude() async {
    let exit = ProgramExit(running.ended())
    await Leftovers.kill(tag)
    for capture in captures { await capture.finish() }
    Guardian.shared.remove(running.process.id)
    _ = running.collect()
    Reaper.shared.collectSoon()
    tell { state, _ in state.machine.ended(exit) }
  }
}
