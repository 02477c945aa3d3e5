import Dispatch
import Holdfast
import Synchronization

/// Writes a log's lines to its rotated file, on a queue of its own: a slow disk holds up neither the program nor the
/// log in memory. Lines that cannot be written are counted; trouble is told once, and its end once.
final class LogFile: Sendable {
  static let pendingLimit = 4 << 20

  private struct State {
    var file: RotatedFile
    var pending: [[UInt8]] = []
    var pendingBytes = 0
    var isBusy = false
    var lost = 0
    var trouble: SystemError?
    var retryAt = Instant.zero
  }

  private let path: String
  private let format: ProgramLogOptions.File.Format
  private let timeline: any Timeline
  private let note: @Sendable (String) -> Void
  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "holdfast.logfile")

  init(_ options: ProgramLogOptions.File, timeline: any Timeline, note: @escaping @Sendable (String) -> Void) {
    path = options.path
    format = options.format
    self.timeline = timeline
    self.note = note
    state = Mutex(State(file: RotatedFile(options)))
  }

  /// Why the file is not being written; nil when it is.
  var trouble: String? { state.withLock { $0.trouble.map { "\(path): \($0)" } } }

  func append(_ lines: [ProgramLine]) {
    let bytes = lines.map { format.bytes(of: $0) }
    let wakes = state.withLock { state in
      for line in bytes { Self.enqueue(line, &state) }
      defer { state.isBusy = true }
      return !state.isBusy
    }
    if wakes { queue.async { [self] in work() } }
  }

  private static func enqueue(_ line: [UInt8], _ state: inout State) {
    guard state.pendingBytes + line.count <= pendingLimit else {
      state.lost += 1
      return
    }
    state.pending.append(line)
    state.pendingBytes += line.count
  }

  /// Calls back when everything so far has been written or given up.
  func flush(_ done: @escaping @Sendable () -> Void) {
    queue.async(execute: done)
  }

  private func work() {
    while let (lines, file) = takeBatch() { write(lines, file) }
  }

  private func takeBatch() -> ([[UInt8]], RotatedFile)? {
    state.withLock { state in
      guard !state.pending.isEmpty else {
        state.isBusy = false
        return nil
      }
      defer { (state.pending, state.pendingBytes) = ([], 0) }
      return (state.pending, state.file)
    }
  }

  private func write(_ lines: [[UInt8]], _ file: RotatedFile) {
    guard state.withLock({ $0.trouble == nil || timeline.now >= $0.retryAt }) else {
      return state.withLock { $0.lost += lines.count }
    }
    var file = file
    let missing = state.withLock { $0.lost }
    let remark = missing > 0 ? [Array("-- \(missing) lines before this one could not be written --\n".utf8)] : []
    let (written, error) = file.write(remark + lines)
    let lost = lines.count - max(written - remark.count, 0)
    settle(file, error, lost: lost, told: written > 0 ? missing : 0)
  }

  private func settle(_ file: RotatedFile, _ error: SystemError?, lost: Int, told: Int) {
    let before = state.withLock { state in
      defer { state.trouble = error }
      state.file = file
      state.lost += lost - told
      if error != nil { state.retryAt = timeline.now.advanced(by: .seconds(1)) }
      return state.trouble
    }
    if let error, before == nil {
      note("cannot write \(path): \(error); lines are kept in memory only, and the file is tried again every second")
    }
    if error == nil, before != nil { note("\(path) is being written again; \(told) lines are missing in it") }
  }
}

extension ProgramLogOptions.File.Format {
  fileprivate func bytes(of line: ProgramLine) -> [UInt8] {
    let end = [UInt8(ascii: "\n")]
    switch self {
    case .plain: return Array(line.text.utf8) + end
    case .stamped: return Array("\(Timestamp.text(line.time)) \(line.stream.rawValue) ".utf8) + line.text.utf8 + end
    }
  }
}
