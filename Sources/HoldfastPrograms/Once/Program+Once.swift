public import Holdfast

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Program {
  /// Runs the program once, to its end: `input` is its whole standard input, and what it writes comes back.
  ///
  /// Cancelling the task begins the program's own stop sequence, which always ends, and returns when nothing of it is
  /// left. The program never outlives this process. Its readiness and its success statuses do not matter here.
  ///
  /// - Parameters:
  ///   - name: What errors call it.
  ///   - input: Given through an unnamed file, so the program may read it when it likes, or not at all.
  ///   - outputLimit: Bytes of standard output that are kept, ≥ 0. Default 64 KiB.
  ///   - errorLimit: Bytes of standard error that are kept, the last ones, ≥ 0. Default 4 KiB.
  ///   - monitor: Shows its process, and what it writes line by line; one at a time uses it. Default nobody sees it.
  ///   - timeline: The clock of the stop sequence.
  ///   - report: Hears of trouble that does not end the program.
  /// - Throws: ``ProgramError`` when it could not be started, `CancellationError` when the task was cancelled before.
  public func runOnce(
    as name: String, input: Data = Data(), outputLimit: Int = 64 << 10, errorLimit: Int = 4 << 10,
    monitor: ProgramMonitor? = nil, timeline: any Timeline = .system,
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> ProgramResult {
    var program = self
    program.readiness = .onStart
    program.success = [0]
    let dialogue = ProgramDialogue(input: input, outputLimit: outputLimit, errorLimit: errorLimit)
    let monitor = monitor ?? ProgramMonitor(logs, timeline: timeline)
    var run = ProgramRun(name: name, program: program, monitor: monitor, timeline: timeline)
    run.hooks.report = report
    run.dialogue = dialogue
    run.onCancel = .stop
    do {
      try await run.run()
      return dialogue.result(.exited(0), monitor.status.lastUsage, hint: nil)
    } catch let failure as ProgramFailure {
      return dialogue.result(failure.exit, failure.usage, hint: failure.hint)
    }
  }
}
