import Holdfast
import HoldfastPrograms

// A worker for tests, and a parent of workers to be killed or measured.
if CommandLine.arguments.dropFirst().first == "mute" {
  try await Task.sleep(for: .seconds(600))
}
if CommandLine.arguments.dropFirst().first == "deaf" {
  Deaf.say()
  try await Task.sleep(for: .seconds(600))
}
await JobWorker.serveIfAsked(Handlers.all)

switch CommandLine.arguments.dropFirst().first ?? "" {
case "parent": try await Parent.hold()
case "measure": try await Parent.measure(Int(CommandLine.arguments.last ?? "") ?? 10_000)
default: print("not a worker")
}
