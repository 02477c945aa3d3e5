import Holdfast
import HoldfastPrograms

// Supervises one shell script, shows what it writes, and waits to be killed.
let monitor = ProgramMonitor()
let script = CommandLine.arguments.dropFirst().first ?? "true"
let host = Supervisor("host", children: [.program("script", ["/bin/sh", "-c", script], monitor: monitor)])
Task {
  for await entry in monitor.log.follow(from: 1) {
    if case .line(let line) = entry { FileOutput.write(line.text + "\n") }
  }
}
try await host.run()
