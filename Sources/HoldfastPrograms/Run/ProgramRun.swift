import CHoldfastPrograms
import Dispatch
import Holdfast

/// One generation of a program, from its start to the end of everything that it started.
struct ProgramRun: Sendable {
  /// What a generation hears from its supervisor, and tells it.
  struct Hooks: Sendable {
    /// Called once, when the program is up.
    var ready: @Sendable () -> Void = {}
    /// Takes what to call when a stop is asked for.
    var onStop: @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in }
    /// Hears of trouble that does not end the program.
    var report: @Sendable (String) -> Void = { _ in }
  }

  /// What a cancelled task means.
  enum Cancellation: Sendable {
    /// The end at once.
    case kill
    /// The program's stop sequence.
    case stop
  }

  private static let exits = DispatchQueue(label: "holdfast.exits")

  let name: String
  let program: Program
  let monitor: ProgramMonitor
  var generation = 1
  var timeline: any Timeline = .system
  var hooks = Hooks()
  /// Default: the program reads nothing, and what it writes goes to its log.
  var dialogue: ProgramDialogue?
  var onCancel = Cancellation.kill

  /// Runs the program until it has ended, or a cancelled task has ended it.
  ///
  /// - Throws: ``ProgramError`` when it could not be started, ``ProgramFailure`` when it ended without success.
  func run() async throws {
    try Task.checkCancellation()
    let latch = StopLatch()
    hooks.onStop { latch.stop() }
    defer { latch.detach() }
    let tag = ProcessTag()
    let watch = LineWatch(program.readiness)
    let (running, captures) = try await start(tag, watch)
    latch.attach(running)
    // At once, because such a program may have ended before a task could say so.
    if program.readiness == .onStart { announce() }
    let probe = ReadinessProbe(program: program, name: name, tag: tag, watch: watch, timeline: timeline)
    await withTaskCancellationHandler {
      await untilEnd(of: running, probe)
    } onCancel: {
      if onCancel == .stop { running.stop() } else { running.kill() }
    }
    try await conclude(running, captures, tag, watch)
  }

  private func announce() {
    monitor.becameReady()
    hooks.ready()
  }

  private func untilEnd(of running: RunningProgram, _ probe: ReadinessProbe) async {
    let ended = OneShot<Void>()
    running.process.whenEnded(on: Self.exits) { ended.fulfil(()) }
    await withDiscardingTaskGroup { group in
      group.addTask {
        if program.readiness != .onStart, await probe.untilReady(), !running.isStopping { announce() }
      }
      await ended.value
      group.cancelAll()
    }
  }
}

extension ProgramRun {
  private func start(_ tag: ProcessTag, _ watch: LineWatch?) async throws(ProgramError) -> (
    RunningProgram, [OutputCapture]
  ) {
    do throws(ProgramError) {
      let launch = try Launch(program, as: name, tag: tag)
      let (streams, out, err) = try Streams.piped(as: name, input: dialogue?.input)
      monitor.log.report(to: hooks.report)
      let process = try await launch.spawn(streams, program, as: name, report: hooks.report)
      let running = RunningProgram(process, stop: program.stop, timeline: timeline)
      monitor.started(running, generation: generation, at: timeline.wall)
      let queue = DispatchQueue(label: "holdfast.output")
      let captures = [(out, ProgramLine.Stream.out), (err, .err)].map { reading, stream in
        OutputCapture(
          reading, lineLimit: monitor.log.options.lineLimit, queue: queue,
          heard: dialogue.map { dialogue in { dialogue.heard($0, on: stream) } }
        ) { [monitor, generation] pieces in
          monitor.log.append(pieces, stream, generation: generation)
          if let watch, !watch.hasSeen { _ = pieces.contains { watch.sees($0.text) } }
        }
      }
      return (running, captures)
    } catch {
      monitor.failedToStart(error, generation: generation)
      throw error
    }
  }

  /// Clears up after the main process, and only then gives its number back.
  private func conclude(
    _ running: RunningProgram, _ captures: [OutputCapture], _ tag: ProcessTag, _ watch: LineWatch?
  ) async throws {
    let wasStopping = running.isStopping
    let exit = ProgramExit(running.ended())
    await Leftovers.kill(tag)
    for capture in captures { await capture.finish() }
    // The last lines may hold the one that was waited for.
    if watch?.hasSeen ?? false, !wasStopping, !monitor.status.isReady { announce() }
    let wasReady = monitor.status.isReady
    if wasStopping { await flushLog() }
    Guardian.shared.remove(running.process.id)
    let usage = ProgramUsage(running.collect())
    monitor.ended(exit, usage, at: timeline.wall)
    Reaper.shared.collectSoon()
    guard case .exited(let status) = exit, program.success.contains(status) else {
      throw ProgramFailure(exit, usage: usage, hint: wasStopping ? nil : hint(exit, usage))
    }
    if !wasReady, !wasStopping { throw ProgramFailure(exit, usage: usage, hint: "it was not ready before") }
  }

  /// The disk may hang; a stop may not.
  private func flushLog() async {
    let done = OneShot<Void>()
    monitor.log.flush { done.fulfil(()) }
    let timer = timeline.schedule(at: timeline.now.advanced(by: .seconds(1))) { done.fulfil(()) }
    await done.value
    timeline.cancel(timer)
  }

  /// A fact, not a verdict: the kernel enforces the limit by a coarser count than the one that it reports.
  private func hint(_ exit: ProgramExit, _ usage: ProgramUsage?) -> String? {
    guard case .signalled(.kill, _) = exit, let limit = program.limits.cpu?.hard, let usage,
      usage.cpu * 2 >= .seconds(Int64(clamping: limit))
    else { return nil }
    return "it had used \(usage.cpu.milliseconds) ms of its cpu limit of \(limit) s"
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
