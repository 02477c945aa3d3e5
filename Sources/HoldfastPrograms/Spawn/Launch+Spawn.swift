#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Streams {
  /// What is to be read, if anything, and pipes for both outputs.
  static func piped(
    as name: String, input: Data? = nil
  ) throws(ProgramError) -> (Streams, out: Descriptor, err: Descriptor) {
    do throws(SystemError) {
      if let input { return try piped(input: Descriptor.file(input)) }
      return try piped(input: Descriptor.null())
    } catch {
      throw .streamsMissing(error, name)
    }
  }

  /// Pipes for both outputs.
  static func piped(input: Descriptor) throws(SystemError) -> (Streams, out: Descriptor, err: Descriptor) {
    let (out, err) = (try Descriptor.pipe(), try Descriptor.pipe())
    return (Streams(input: input, output: out.writing, error: err.writing), out.reading, err.reading)
  }
}

extension ProgramError {
  static func streamsMissing(_ error: SystemError, _ name: String) -> ProgramError {
    ProgramError(
      .resources, name, "cannot open its streams: \(error)",
      advice: "raise the supervisor's limit of open files (ulimit -n)")
  }
}

extension Launch {
  /// Starts the program under the guardian's eyes; the process is still to be collected.
  func spawn(
    _ streams: Streams, _ program: Program, as name: String, report: @escaping @Sendable (String) -> Void
  ) async throws(ProgramError) -> Process {
    let result: Result<Process, LaunchFailure>
    do throws(SystemError) {
      result = try await SpawnThread.shared.run {
        Guardian.shared.report(to: report)
        Guardian.shared.start()
        let result = start(streams)
        if case .success(let process) = result { Guardian.shared.add(process.id) }
        return result
      }
    } catch {
      throw ProgramError(
        .resources, name, "cannot start a thread: \(error)", advice: "raise the supervisor's limits (ulimit -u)")
    }
    switch result {
    case .success(let process): return process
    case .failure(let failure): throw failure.explained(self, program, as: name)
    }
  }
}
