#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The folder where one daemon keeps its lock, socket and logs; one daemon at a time owns it.
final class StateFolder: Sendable {
  let path: String
  private let lock: Int32

  static func socket(in state: String) -> String { state + "/holdfast.sock" }

  var socket: String { Self.socket(in: path) }
  var logs: String { path + "/logs" }

  /// Makes the folder where it is missing and takes it, or throws a ``Failure``.
  init(_ path: String) throws {
    self.path = path
    try Self.makeFolder(path)
    try Self.makeFolder(path + "/logs")
    lock = try Self.takeLock(path)
  }

  deinit {
    // Closing is not enough: a program that is just being started has it too, until it is that program.
    flock(lock, LOCK_UN)
    close(lock)
  }

  private static func makeFolder(_ path: String) throws {
    do {
      _ = try system { unsafe mkdir(path, 0o700) }
    } catch {
      if error.code == EEXIST, FileStatus.isFolder(path) { return }
      throw Failure(
        error.status(.failed),
        "cannot make the state folder \(path): \(error); correct its permissions or choose another with `state:`")
    }
  }

  /// The kernel gives the lock back however this process ends.
  private static func takeLock(_ path: String) throws -> Int32 {
    let file = path + "/lock"
    do {
      let descriptor = try system { unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
      do {
        _ = try system { flock(descriptor, LOCK_EX | LOCK_NB) }
        try note(descriptor)
        return descriptor
      } catch {
        let owner = owner(descriptor)
        close(descriptor)
        guard error.code == EWOULDBLOCK else { throw error }
        throw Failure(
          .failed, "another holdfast\(owner) uses the state folder \(path): stop it, or choose another with `state:`")
      }
    } catch let error as SystemError {
      throw Failure(error.status(.failed), "cannot lock \(file): \(error); correct its permissions or remove it")
    }
  }

  private static func note(_ descriptor: Int32) throws(SystemError) {
    let text = "\(getpid())\n"
    _ = try system { ftruncate(descriptor, 0) }
    _ = try system { unsafe pwrite(descriptor, text, text.utf8.count, 0) }
  }

  private static func owner(_ descriptor: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 20)
    let count = unsafe pread(descriptor, &buffer, buffer.count, 0)
    let digits = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).prefix { $0.isNumber }
    return digits.isEmpty ? "" : " (pid \(digits))"
  }
}
