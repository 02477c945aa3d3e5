#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Stream sockets in the file system, as plain descriptors.
enum UnixSocket {
  /// Listens at a path; what is there already is replaced. Only this user may connect, from the first moment on.
  ///
  /// The caller must hold the lock of the folder, or it may take the socket of a living daemon away.
  static func makeListener(at path: String) throws(SystemError) -> Int32 {
    let descriptor = try makeSocket()
    do {
      // Linux gives the file the mode of the descriptor, so there is no moment in which others could connect.
      _ = try system { fchmod(descriptor, 0o600) }
      _ = unsafe unlink(path)
      try unsafe withAddress(path) { address, length throws(SystemError) in
        _ = try system { unsafe bind(descriptor, address, length) }
      }
      _ = try system { unsafe chmod(path, 0o600) }
      try makeNonblocking(descriptor)
      _ = try system { listen(descriptor, 64) }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Connects within five seconds; the descriptor blocks.
  static func makeConnection(to path: String) throws(SystemError) -> Int32 {
    let descriptor = try makeSocket()
    do {
      var limit = timeval(tv_sec: 5, tv_usec: 0)
      _ = unsafe setsockopt(
        descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      try unsafe withAddress(path) { address, length throws(SystemError) in
        _ = try system { unsafe connect(descriptor, address, length) }
      }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// From now on reading fails with `EAGAIN` after so many seconds of silence; nil means never.
  static func limitSilence(of descriptor: Int32, to seconds: Double?) {
    let microseconds = Int((min(max(seconds ?? 0, 0), 1e6) * 1e6).rounded(.up))
    var limit = timeval(tv_sec: microseconds / 1_000_000, tv_usec: .init(microseconds % 1_000_000))
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// The next waiting client, not blocking; nil when there is none.
  static func nextClient(of listener: Int32) throws(SystemError) -> Int32? {
    do {
      let descriptor = try system { accept(listener, nil, nil) }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      try makeNonblocking(descriptor)
      return descriptor
    } catch {
      if error.code == EAGAIN || error.code == ECONNABORTED { return nil }
      throw error
    }
  }

  /// Sends what fits now, without a signal when the peer is gone.
  static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(SystemError) -> Int {
    #if os(Linux)
      let flags = Int32(MSG_NOSIGNAL)
    #else
      let flags: Int32 = 0
    #endif
    return try system {
      unsafe bytes.withUnsafeBytes { unsafe send(descriptor, $0.baseAddress, $0.count, flags) }
    }
  }

  /// Reads what is there, at most 64 KiB; empty at the end.
  static func receive(from descriptor: Int32) throws(SystemError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = try system {
      unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    }
    return Array(buffer[..<count])
  }

  private static func makeSocket() throws(SystemError) -> Int32 {
    #if os(Linux)
      return try system { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0) }
    #else
      let descriptor = try system { socket(AF_UNIX, SOCK_STREAM, 0) }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      return descriptor
    #endif
  }

  private static func makeNonblocking(_ descriptor: Int32) throws(SystemError) {
    _ = try system { fcntl(descriptor, F_SETFL, O_NONBLOCK) }
  }

  /// Addresses hold about a hundred bytes; a longer path is reached through a descriptor of its folder.
  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Void
  ) throws(SystemError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let capacity = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard path.utf8.count > capacity else { return try unsafe call(&address, path, body) }
    #if os(Linux)
      let folder = try system { unsafe open(Paths.parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
      defer { close(folder) }
      try unsafe call(&address, "/proc/self/fd/\(folder)/\(Paths.name(of: path))", body)
    #else
      throw SystemError(code: ENAMETOOLONG)
    #endif
  }

  private static func call(
    _ address: inout sockaddr_un, _ path: String,
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Void
  ) throws(SystemError) {
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    let result = unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        Result { () throws(SystemError) in try unsafe body(pointer, length) }
      }
    }
    try result.get()
  }
}
