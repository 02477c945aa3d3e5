import Holdfast
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Says whose a database is: a lock that the kernel gives back when its process ends, however it ends.
final class FileLock: Sendable {
  private let descriptor: Mutex<Int32>

  /// Takes the lock, which stands beside the file.
  ///
  /// - Parameter refusal: What to say when the process of this number has it.
  /// - Throws: `StoreError` with the process that has it.
  init(store: String, refusal: (String) -> String) throws {
    let path = store + "-lock"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemFailure("open", path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let owner = Self.read(descriptor)
      close(descriptor)
      throw StoreError(.locked, store: store, refusal(owner.isEmpty ? "unknown" : owner))
    }
    ftruncate(descriptor, 0)
    let text = Array("\(getpid())\n".utf8)
    _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  /// Gives it back before the object is gone.
  func release() {
    descriptor.withLock { descriptor in
      guard descriptor >= 0 else { return }
      // Closing is not enough: a program that is just being started has it too, until it is that program.
      flock(descriptor, LOCK_UN)
      close(descriptor)
      descriptor = -1
    }
  }

  private static func read(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).filter(\.isNumber)
  }
}
