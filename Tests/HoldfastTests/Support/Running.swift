import Holdfast
import HoldfastTesting

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
