import Holdfast
import HoldfastTesting
import Synchronization

/// Runs a supervisor around a test: started before, stopped and waited for after.
func running(
  _ supervisor: Supervisor, _ body: () async throws -> Void
) async throws {
  let run = Task { try await supervisor.run() }
  await supervisor.untilStarted()
  do {
    try await body()
  } catch {
    supervisor.stop()
    throw error
  }
  supervisor.stop()
  try await run.value
}

/// What happened, in order, from any task.
final class Journal: Sendable {
  private let lines = Mutex<[String]>([])

  func note(_ line: String) { lines.withLock { $0.append(line) } }

  var all: [String] { lines.withLock { $0 } }

  /// Only the lines that begin so.
  func lines(_ prefix: String) -> [String] { all.filter { $0.hasPrefix(prefix) } }
}

/// What a test throws.
struct Boom: Error, CustomStringConvertible {
  var description: String { "boom" }
}

/// The code of the supervisor error that a piece of work throws; nil when it throws none.
func code(_ work: () async throws -> Void) async -> SupervisorError.Code? {
  do {
    try await work()
    return nil
  } catch {
    return (error as? SupervisorError)?.code
  }
}
