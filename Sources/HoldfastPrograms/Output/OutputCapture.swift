// Dispatch sources may be used from every thread; the module does not say so yet.
@unsafe @preconcurrency import Dispatch
import Synchronization

/// Reads one stream of one process and cuts it into lines, without a thread of its own.
///
/// Reading never waits for anybody, so a program can never block on its output for longer than that takes.
final class OutputCapture: Sendable {
  typealias Publish = @Sendable ([LineCutter.Piece]) -> Void
  typealias Heard = @Sendable (ArraySlice<UInt8>) -> Void

  private let reading: Descriptor
  private let heard: Heard?
  private let queue: DispatchQueue
  private let publish: Publish
  private let source: any DispatchSourceRead
  private let cutter: Mutex<LineCutter>

  /// Begins to read; `heard` and `publish` are called on the queue, with the bytes as they came and with the lines.
  init(
    _ reading: Descriptor, lineLimit: Int, queue: DispatchQueue, heard: Heard? = nil, publish: @escaping Publish
  ) {
    self.reading = reading
    self.heard = heard
    self.queue = queue
    self.publish = publish
    cutter = Mutex(LineCutter(limit: lineLimit))
    source = DispatchSource.makeReadSource(fileDescriptor: reading.number, queue: queue)
    source.setEventHandler { [self] in
      if !read(rounds: 16) { source.cancel() }
    }
    source.setCancelHandler { [reading] in withExtendedLifetime(reading) {} }
    source.activate()
  }

  /// Takes what is in the pipe now; only on the queue.
  func drain() {
    if !source.isCancelled { _ = read(rounds: 16) }
  }

  /// Takes what is still in the pipe, and the line that was never ended; then closes it, even if somebody who has
  /// escaped still holds the other end.
  func finish() async {
    await withCheckedContinuation { continuation in
      queue.async { [self] in
        // At the end of the stream the source is about to hear of that and ends itself: one that is cancelled by others
        // just when its event arrives can bring libdispatch's event loop down.
        if !source.isCancelled, read(rounds: 256) { source.cancel() }
        let last = cutter.withLock { $0.finish() }
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
        heard?(bytes)
        publish(cutter.withLock { $0.add(bytes) })
      case .wouldBlock: return true
      case .end: return false
      }
    }
    return true
  }
}
