import Foundation
import HoldfastPrograms
import Logging

/// Prints one JSON object a line; see `Benchmarks/run`.
@main
struct Main {
  static func main() async throws {
    // The peers' logs are off too; the levels are still checked.
    LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
    await JobWorker.serveIfAsked(Isolated.handlers)
    // Off the main actor: its thread would have to be woken for every answer.
    try await Task.detached { try await measure(CommandLine.arguments.dropFirst()) }.value
  }

  private static func measure(_ arguments: ArraySlice<String>) async throws {
    switch arguments.first {
    case "probe" where arguments.count == 3: try await Probe.run(arguments[2], Int(arguments[3]) ?? 0)
    case "daemon": try await DaemonSuite().run()
    case "recurrence": try await RecurrenceSuite().run()
    case "alarms": try await AlarmSuite(otp: OTP()).run(only: arguments.dropFirst().first)
    case "supervision": try await supervision(only: arguments.dropFirst().first)
    case "jobs": try await JobsSuite().run(only: arguments.dropFirst().first)
    case "deliveries": try await DeliveriesSuite().run(only: arguments.dropFirst().first)
    default:
      let usage = "usage: Benchmarks/run supervision|daemon|jobs|deliveries|recurrence|alarms|all [part]\n"
      FileHandle.standardError.write(Data(usage.utf8))
      exit(64)
    }
  }

  private static func supervision(only part: String?) async throws {
    let otp = try OTP()
    let parts: [(String, () async throws -> Void)] = [
      ("limits", Limits().run), ("starts", Starts(otp: otp).run), ("dynamic", Starts(otp: otp).runDynamic),
      ("restarts", Restarts(otp: otp).run),
      ("footprint", Footprint().run),
    ]
    for (name, run) in parts where part == nil || part == name { try await run() }
  }
}
