// Dispatch sources may be used from every thread; the module does not say so yet.
@unsafe @preconcurrency import Dispatch
import Synchronization

/// Reads one stream of one generation into its log, without a thread of its own.
///
/// Reading never waits for anybody, so a program can never block on its output for longer than that takes.
final class OutputCapture: Sendable {
  private struct State {
    var cutter: LineCutter
    /// Sees every line until it has found its own.
    var watch: LineWatch?
  }

  private let reading: Descriptor
  private let stream: ProgramLine.Stream
  private let generation: Int
  private let log: ProgramLog
  private let dialogue: ProgramDialogue?
  private let queue: DispatchQueue
  private let source: any DispatchSourceRead
  private let state: Mutex<State>

  /// Begins to read.
  init(
    _ reading: Descriptor, _ stream: ProgramLine.Stream, generation: Int, log: ProgramLog, watch: LineWatch?,
    dialogue: ProgramDialogue? = nil, queue: DispatchQueue
  ) {
    self.reading = reading
    self.stream = stream
    self.generation = generation
    self.log = log
    self.dialogue = dialogue
    self.queue = queue
    state = Mutex(State(cutter: LineCutter(limit: log.options.lineLimit), watch: watch))
    source = DispatchSource.makeReadSource(fileDescriptor: reading.number, queue: queue)
    source.setEventHandler { [self] in
      if !read(rounds: 16) { source.cancel() }
    }
    source.setCancelHandler { [reading] in withExtendedLifetime(reading) {} }
    source.activate()
  }

  /// Takes what is still in the pipe, and the line that was never ended; then closes it, even if somebody who has
  /// escaped still holds the other end.
  func finish() async {
    await withCheckedContinuation { continuation in
      queue.async { [self] in
        if !source.isCancelled { _ = read(rounds: 256) }
        source.cancel()
        let last = state.withLock { $0.cutter.finish() }
        publish(last.map { [$0] } ?? [])
        continuation.resume()
      }
    }
  }

  /// Returns false at the end of the stream. The rounds keep one talkative program from starving the others.
  private func read(rounds: Int) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    for _ in 0..<rounds {
      switch System.read(reading.number, into: &buffer) {
      case .bytes(let bytes):
        dialogue?.heard(bytes, on: stream)
        publish(state.withLock { $0.cutter.add(bytes) })
      case .wouldBlock: return true
      case .end: return false
      }
    }
    return true
  }

  private func publish(_ pieces: [LineCutter.Piece]) {
    log.append(pieces, stream, generation: generation)
    guard let watch = state.withLock({ $0.watch }) else { return }
    if pieces.contains(where: { watch.sees($0.text) }) { state.withLock { $0.watch = nil } }
  }
}
