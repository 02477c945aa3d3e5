#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// An open file descriptor, closed when nobody refers to it any more.
final class Descriptor: Sendable {
  let number: Int32

  init(_ number: Int32) {
    self.number = number
  }

  deinit {
    close(number)
  }
}

/// A system call that failed.
struct SystemError: Error, Hashable, CustomStringConvertible {
  let code: Int32

  static var last: SystemError { SystemError(code: errno) }

  var description: String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }

  /// Descriptors, processes or memory have run out, for now.
  var isExhaustion: Bool { [EMFILE, ENFILE, EAGAIN, ENOMEM].contains(code) }
  var isPermission: Bool { [EACCES, EPERM].contains(code) }
  var isMissing: Bool { [ENOENT, ENOTDIR].contains(code) }
  var isNotExecutableFormat: Bool { code == ENOEXEC }
  var isUnsupported: Bool { code == ENOSYS }
  var isNothingThere: Bool { [EAGAIN, EWOULDBLOCK].contains(code) }
}

enum ReadResult {
  case bytes(ArraySlice<UInt8>)
  case wouldBlock
  case end
}

/// The few system calls that need no C of our own.
enum System {
  static var processID: Int32 { getpid() }

  /// Fills `buffer` as far as there is something; an error counts as the end.
  static func read(_ descriptor: Int32, into buffer: inout [UInt8]) -> ReadResult {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Self.read(descriptor, $0) }
      if count > 0 { return .bytes(buffer[..<count]) }
      if count == 0 { return .end }
      if SystemError.last.isNothingThere { return .wouldBlock }
      if errno != EINTR { return .end }
    }
  }

  private static func read(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.read(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      unsafe Musl.read(descriptor, bytes.baseAddress, bytes.count)
    #else
      unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  /// Writes as much as it can; less than all only when there is an error.
  static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> (written: Int, error: SystemError?) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { unsafe Self.write(descriptor, .init(rebasing: $0[written...])) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return (written, SystemError.last) }
      written += count
    }
    return (written, nil)
  }

  private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
      unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  /// Memory that a process occupies; 0 when that is not known.
  static func residentBytes(of process: Int32) -> UInt64 {
    guard let file = try? openForReading("/proc/\(process)/statm") else { return 0 }
    var buffer = [UInt8](repeating: 0, count: 256)
    guard case .bytes(let bytes) = read(file.number, into: &buffer) else { return 0 }
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? (UInt64(fields[1]) ?? 0) * UInt64(sysconf(Int32(_SC_PAGESIZE))) : 0
  }

  private static func openForReading(_ path: String) throws(SystemError) -> Descriptor {
    let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw SystemError.last }
    return Descriptor(number)
  }

  /// Ends this process at once, or after its handlers of `atexit`.
  static func end(_ status: Int32, atOnce: Bool) -> Never {
    if atOnce { _exit(status) }
    exit(status)
  }

  /// To the whole process group; to the process alone when it has left its group.
  @discardableResult
  static func signal(group: Int32, _ number: Int32) -> Bool {
    kill(-group, number) == 0 || kill(group, number) == 0
  }

  static func signalGroupOnly(_ group: Int32, _ number: Int32) {
    kill(-group, number)
  }

  /// Opens a file or a device; a pipe is refused, because its reader could hold us up or end us with a signal.
  static func openForAppending(_ path: String) throws(SystemError) -> Descriptor {
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK
    let number = unsafe open(path, flags, 0o640)
    guard number >= 0 else { throw SystemError.last }
    let file = Descriptor(number)
    guard let state = state(of: file), state.kind == S_IFREG || state.kind == S_IFCHR else {
      throw SystemError(code: ENOTSUP)
    }
    return file
  }

  /// The size of an open file, and whether that counts: not when it is a device, or has lost its name.
  static func size(of file: Descriptor) -> (bytes: Int, isLinked: Bool, isRegular: Bool)? {
    state(of: file).map { ($0.bytes, $0.links > 0, $0.kind == S_IFREG) }
  }

  private static func state(of file: Descriptor) -> (bytes: Int, links: Int, kind: mode_t)? {
    var status = stat()
    guard unsafe fstat(file.number, &status) == 0 else { return nil }
    return (Int(status.st_size), Int(status.st_nlink), status.st_mode & S_IFMT)
  }

  static func rename(_ old: String, to new: String) throws(SystemError) {
    #if canImport(Darwin)
      let result = unsafe Darwin.rename(old, new)
    #elseif canImport(Musl)
      let result = unsafe Musl.rename(old, new)
    #else
      let result = unsafe Glibc.rename(old, new)
    #endif
    guard result == 0 || errno == ENOENT else { throw SystemError.last }
  }

  static func remove(_ path: String) throws(SystemError) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw SystemError.last }
  }

  /// Whether a file is there, executable or not.
  static func exists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }

  static func isExecutableFile(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return unsafe access(path, X_OK) == 0
  }
}
