import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What goes into one run of a program, and a bounded copy of what comes out, beside the log.
final class ProgramDialogue: Sendable {
  private struct State {
    var output: KeptBytes
    var errors: KeptBytes
  }

  let input: Data
  private let state: Mutex<State>

  init(input: Data, outputLimit: Int, errorLimit: Int) {
    self.input = input
    state = Mutex(
      State(output: KeptBytes(.first, limit: outputLimit), errors: KeptBytes(.last, limit: errorLimit)))
  }

  func heard(_ bytes: ArraySlice<UInt8>, on stream: ProgramLine.Stream) {
    state.withLock { state in
      if stream == .out { state.output.append(bytes) } else { state.errors.append(bytes) }
    }
  }

  func result(_ exit: ProgramExit, _ usage: ProgramUsage?, hint: String?) -> ProgramResult {
    state.withLock { state in
      let (output, errors) = (state.output.finish(), state.errors.finish())
      return ProgramResult(
        exit: exit, usage: usage, hint: hint, output: Data(output), droppedOutput: state.output.dropped,
        errors: String(decoding: errors, as: UTF8.self), droppedErrors: state.errors.dropped)
    }
  }
}
