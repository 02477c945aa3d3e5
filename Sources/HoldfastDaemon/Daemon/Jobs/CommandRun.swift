import Holdfast
import HoldfastPrograms
import Logging

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One run of a job that is a command: the payload on its standard input, what it is about in its environment, its exit
/// code as the outcome.
struct CommandRun: Sendable {
  /// Larger payloads come on standard input only.
  static let payloadVariableLimit = 32 << 10

  let job: JobConfiguration
  /// The daemon's own socket, so that the command may enqueue more.
  let socket: String

  /// Runs the command. A cancelled task begins its stop sequence, and waits for its end.
  func run(_ payload: Data, _ context: JobContext) async throws -> JobOutcome {
    let logger = context.logger
    let result = try await program(for: context.job).runOnce(
      as: job.kind, input: payload, outputLimit: job.output, timeline: context.timeline,
      report: { logger.warning("\($0)") })
    try Task.checkCancellation()
    return try CommandVerdict(exits: job.exits).outcome(of: result)
  }

  func program(for record: JobRecord) -> Program {
    var program = job.process.process
    program.environment.set.merge(environment(for: record)) { _, new in new }
    program.logs = ProgramLogOptions(lines: 1, bytes: 1)
    return program
  }

  private func environment(for record: JobRecord) -> [String: String] {
    var values = [
      "HOLDFAST_SOCKET": socket, "HOLDFAST_JOB_ID": "\(record.id)", "HOLDFAST_JOB_KIND": record.kind,
      "HOLDFAST_JOB_QUEUE": record.queue, "HOLDFAST_JOB_PARTITION": record.partition,
      "HOLDFAST_JOB_ATTEMPT": "\(record.attempt)", "HOLDFAST_JOB_MAX_ATTEMPTS": "\(record.maxAttempts)",
      "HOLDFAST_JOB_TOKEN": "\(record.token)",
      "HOLDFAST_JOB_CORRELATION": record.envelope.correlation ?? "\(record.id)",
    ]
    values["HOLDFAST_JOB_NAME"] = record.name
    values["HOLDFAST_JOB_KEY"] = record.executionKey
    if record.payload.count <= Self.payloadVariableLimit, !record.payload.contains(0) {
      values["HOLDFAST_JOB_PAYLOAD"] = String(validating: record.payload, as: UTF8.self)
    }
    return values
  }
}

/// What an exit code makes of a job: a table.
struct CommandVerdict {
  let exits: [Int32: ExitMeaning]

  /// - Throws: A ``CommandFailure`` for what counts as a failure by the kind's policy.
  func outcome(of result: ProgramResult) throws(CommandFailure) -> JobOutcome {
    let failure = CommandFailure(result)
    guard case .exited(let status) = result.exit, let meaning = exits[status] else { throw failure }
    switch meaning {
    case .complete: return JobOutcome(.complete(output: Self.output(of: result)))
    case .fail: throw failure
    case .retry(let delay): return .retry(after: delay, reason: failure.description)
    case .snooze(let duration): return .snooze(for: duration)
    case .cancel: return .cancel(failure.description)
    case .discard: return .discard(failure.description)
    }
  }

  /// JSON as it was written; anything else as a JSON text, with a marker where it was cut. Nil when nothing was written.
  static func output(of result: ProgramResult) -> Data? {
    if result.droppedOutput == 0, result.output.isEmpty { return nil }
    if result.droppedOutput == 0, JSONValue(result.output) != nil { return result.output }
    let marker = result.droppedOutput == 0 ? "" : "\n… \(result.droppedOutput) more bytes were not kept"
    let text = String(decoding: result.output, as: UTF8.self) + marker
    return (try? JSONLine.encode(text)).map { Data($0.utf8) }
  }
}

/// A command that did not do its job.
struct CommandFailure: Error, CustomStringConvertible {
  /// How it ended, and the last of what it wrote to its standard error.
  let description: String

  init(_ result: ProgramResult) {
    let exit = result.hint.map { "\(result.exit): \($0)" } ?? "\(result.exit)"
    let errors = result.errors.trimmingSuffix { $0.isWhitespace }
    description = errors.isEmpty ? exit : "\(exit): " + (result.droppedErrors > 0 ? "… " : "") + errors
  }
}

extension String {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
    var text = self[...]
    while let last = text.last, predicate(last) { text.removeLast() }
    return text
  }
}
