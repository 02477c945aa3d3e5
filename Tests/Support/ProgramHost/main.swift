import Holdfast
import HoldfastPrograms

// A process to be killed, starved or orphaned upon by tests: supervises one shell script and shows what it writes.
let mode = CommandLine.arguments.dropFirst().first ?? "supervise"
let script = CommandLine.arguments.dropFirst(2).first ?? "true"

switch mode {
case "adopt":
  Reaper.shared.becomeInitIfNeeded(adoptOrphans: true)
  try await supervise(script, restart: .temporary)
case "exhaust":
  await exhaust()
default:
  try await supervise(script, restart: .permanent)
}

func supervise(_ script: String, restart: RestartPolicy) async throws {
  let monitor = ProgramMonitor()
  let child = Child.program(
    "script", ["/bin/sh", "-c", script], restart: restart, backoff: Backoff.none, monitor: monitor)
  Task {
    for await entry in monitor.log.follow(from: 1) {
      if case .line(let line) = entry { FileOutput.write(line.text + "\n") }
    }
  }
  try await Supervisor("host", intensity: .unlimited, children: [child, .program("keeper", ["/bin/sleep", "600"])])
    .run()
}

/// Uses up all descriptors, fails to start a program, gives them back, and starts it.
///
/// Something ran before, because Dispatch itself ends a process in which it cannot open its first descriptors.
func exhaust() async {
  FileOutput.write("before: \(await attempt())\n")
  let taken = FileOutput.takeAllDescriptors()
  FileOutput.write("exhausted: \(await attempt())\n")
  FileOutput.giveBack(taken)
  FileOutput.write("recovered: \(await attempt())\n")
}

func attempt() async -> String {
  let once = Child.program("script", ["/bin/true"], restart: .temporary, significant: true)
  do {
    try await Supervisor("host", autoShutdown: .anySignificant, children: [once]).run()
    return "ended"
  } catch {
    return "\(error)"
  }
}
