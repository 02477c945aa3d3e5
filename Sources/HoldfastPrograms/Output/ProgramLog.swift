public import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a program wrote, across its generations: the latest lines in memory, and a rotated file if one is wanted.
public final class ProgramLog: Sendable {
  /// What a follower is given.
  public enum Entry: Sendable, Hashable {
    /// The next line.
    case line(ProgramLine)
    /// This many lines went by before the follower took them.
    case dropped(UInt64)
  }

  struct State {
    var ring: LineRing
    var followers: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var lastFollower: UInt64 = 0
    var isFinished = false
    var report: @Sendable (String) -> Void = { _ in }
    var file: LogFile?
  }

  let options: ProgramLogOptions
  private let timeline: any Timeline
  let state: Mutex<State>

  /// An empty log; the file is opened with the first line.
  public init(_ options: ProgramLogOptions = ProgramLogOptions(), timeline: any Timeline = .system) {
    self.options = options
    self.timeline = timeline
    state = Mutex(State(ring: LineRing(capacity: options.lines, byteCapacity: options.bytes)))
    guard let file = options.file else { return }
    let sink = LogFile(file, timeline: timeline) { [weak self] text in self?.note(text) }
    state.withLock { $0.file = sink }
  }

  /// The last lines, at most `count` of them, oldest first.
  public func lines(last count: Int = .max) -> [ProgramLine] {
    state.withLock { state in Array(state.ring.lines(from: state.ring.first).suffix(max(count, 0))) }
  }

  /// The sequence number that the next line will get.
  public var next: UInt64 { state.withLock { $0.ring.next } }

  /// Why the file is not being written; nil when it is, or when there is none.
  public var fileTrouble: String? { state.withLock { $0.file }?.trouble }

  /// Who else hears of trouble with the file, and of its end.
  func report(to report: @escaping @Sendable (String) -> Void) {
    state.withLock { $0.report = report }
  }

  func append(_ pieces: [LineCutter.Piece], _ stream: ProgramLine.Stream, generation: Int) {
    guard !pieces.isEmpty else { return }
    let (lines, file, followers) = add(pieces, stream, generation)
    file?.append(lines)
    for follower in followers { follower.resume() }
  }

  /// Calls back when the file has everything.
  func flush(_ done: @escaping @Sendable () -> Void) {
    guard let file = state.withLock({ $0.file }) else { return done() }
    file.flush(done)
  }

  private typealias Added = (lines: [ProgramLine], file: LogFile?, followers: [CheckedContinuation<Void, Never>])

  private func add(_ pieces: [LineCutter.Piece], _ stream: ProgramLine.Stream, _ generation: Int) -> Added {
    let time = timeline.wall
    return state.withLock { state in
      let lines = pieces.map { piece in
        let line = ProgramLine(
          sequence: state.ring.next, generation: generation, stream: stream, time: time, text: piece.text,
          isContinued: piece.isContinued)
        state.ring.append(line)
        return line
      }
      defer { state.followers.removeAll() }
      return (lines, state.file, Array(state.followers.values))
    }
  }

  /// Trouble with the file is a line of the log in memory.
  private func note(_ text: String) {
    let (report, followers) = state.withLock { state in
      let line = ProgramLine(
        sequence: state.ring.next, generation: 0, stream: .note, time: timeline.wall, text: text, isContinued: false)
      state.ring.append(line)
      defer { state.followers.removeAll() }
      return (state.report, Array(state.followers.values))
    }
    for follower in followers { follower.resume() }
    report(text)
  }
}
