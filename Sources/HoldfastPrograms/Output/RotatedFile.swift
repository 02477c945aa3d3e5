/// A file that takes lines and is renamed away when it has grown: the steps, with their errors, and nothing else.
struct RotatedFile {
  let options: ProgramLogOptions.File
  private var open: Descriptor?
  private var size = 0
  /// A failed write may have left half a line.
  private var needsLineEnd = false

  init(_ options: ProgramLogOptions.File) {
    self.options = options
  }

  /// Appends whole lines, each with its line end; rotates before the one that would not fit.
  ///
  /// - Returns: How many lines were written before an error, and the error.
  mutating func write(_ lines: some Collection<[UInt8]>) -> (written: Int, error: SystemError?) {
    var batch: [UInt8] = []
    var batched = 0
    var written = 0
    do throws(SystemError) {
      try prepare()
      for line in lines {
        if size + batch.count + line.count > options.size, size + batch.count > 0 {
          try flush(&batch)
          (written, batched) = (written + batched, 0)
          try rotate()
        }
        batch += line
        batched += 1
      }
      try flush(&batch)
      return (written + batched, nil)
    } catch {
      open = nil
      return (written, error)
    }
  }

  /// Opens the file, also when somebody removed or renamed it.
  private mutating func prepare() throws(SystemError) {
    if let open, let state = System.size(of: open.number), state.isLinked {
      size = state.bytes
    } else {
      let file = try System.openForAppending(options.path)
      size = System.size(of: file.number)?.bytes ?? 0
      open = file
    }
    if needsLineEnd {
      var end = [UInt8(ascii: "\n")]
      try flush(&end)
    }
  }

  private mutating func flush(_ batch: inout [UInt8]) throws(SystemError) {
    guard !batch.isEmpty, let open else { return }
    let (written, error) = System.write(batch[...], to: open.number)
    size += written
    if written > 0 { needsLineEnd = batch[written - 1] != UInt8(ascii: "\n") }
    batch = []
    if let error { throw error }
  }

  private mutating func rotate() throws(SystemError) {
    for number in stride(from: options.keep - 1, to: 0, by: -1) {
      try System.rename(name(number - 1), to: name(number))
    }
    if options.keep == 1 { try System.remove(options.path) }
    open = try System.openForAppending(options.path)
    size = 0
  }

  private func name(_ number: Int) -> String {
    number == 0 ? options.path : "\(options.path).\(number)"
  }
}
