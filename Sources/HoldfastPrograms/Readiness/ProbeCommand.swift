import CHoldfastPrograms
import Dispatch

/// A short command whose exit status is all that matters.
struct ProbeCommand: Sendable {
  private static let queue = DispatchQueue(label: "holdfast.probes")

  let launch: Launch

  /// Nil when it could not be started or was killed; a cancelled task kills it, with its whole group.
  func exitStatus() async -> Int32? {
    guard let process = await start() else { return nil }
    let ended = OneShot<Void>()
    process.whenEnded(on: Self.queue) { ended.fulfil(()) }
    await withTaskCancellationHandler {
      await ended.value
    } onCancel: {
      System.signal(group: process.id, ProgramSignal.kill.rawValue)
    }
    System.signalGroupOnly(process.id, ProgramSignal.kill.rawValue)
    let exit = Children.shared.collect(process.id)
    return exit.flatMap { $0.signalled ? nil : $0.status }
  }

  private func start() async -> Process? {
    guard let streams = try? Streams.null(),
      let result = try? await SpawnThread.shared.run({ [launch] in launch.start(streams) })
    else { return nil }
    return try? result.get()
  }
}
