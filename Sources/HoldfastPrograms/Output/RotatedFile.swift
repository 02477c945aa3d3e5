/// A file that takes lines and is renamed away when it has grown: the steps, with their errors, and nothing else.
struct RotatedFile {
  let options: ProgramLogOptions.File
  private var open: Descriptor?
  private var size = 0
  /// A device never grows, and must never be renamed.
  private var isRegular = true
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
        if isRegular, size + batch.count > 0, size + batch.count + line.count > options.size {
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
    if open.flatMap({ System.size(of: $0)?.isLinked }) != true { open = try System.openForAppending(options.path) }
    let state = open.flatMap { System.size(of: $0) }
    (size, isRegular) = (state?.bytes ?? 0, state?.isRegular ?? true)
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
