// Dispatch sources are thread-safe objects that their module does not declare Sendable.
@unsafe @preconcurrency package import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

#if os(Linux)
  /// The kernel's own news of one folder (inotify), read when there are some.
  final class Inotify: DirectoryNotifier {
    private let source: any DispatchSourceRead

    /// - Parameter onChange: Told of every batch; with true when the folder itself is gone and nothing more will come.
    init?(_ path: String, _ queue: DispatchQueue, _ onChange: @escaping @Sendable (_ isLost: Bool) -> Void) {
      let descriptor = inotify_init1(Int32(O_NONBLOCK) | Int32(O_CLOEXEC))
      guard descriptor >= 0 else { return nil }
      guard unsafe inotify_add_watch(descriptor, path, Self.interests) >= 0 else {
        close(descriptor)
        return nil
      }
      let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
      self.source = source
      source.setEventHandler { onChange(Self.drain(descriptor)) }
      source.setCancelHandler { close(descriptor) }
      source.activate()
    }

    deinit { source.cancel() }

    func cancel() { source.cancel() }

    private static var interests: UInt32 {
      UInt32(
        IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF
          | IN_MOVE_SELF | IN_ONLYDIR)
    }

    /// Reads what has come; true when the folder is gone. Which files it was about does not matter.
    private static func drain(_ descriptor: Int32) -> Bool {
      let header = 16
      var isLost = false
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        guard count >= header else { return isLost }
        var offset = 0
        while offset + header <= count {
          let mask = word(buffer, at: offset + 4)
          if mask & UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT) != 0 { isLost = true }
          offset += header + Int(word(buffer, at: offset + 12))
        }
      }
    }

    private static func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
      unsafe bytes[offset..<offset + 4].withUnsafeBytes { unsafe $0.loadUnaligned(as: UInt32.self) }
    }
  }

  package func makeDirectoryNotifier(
    _ path: String, _ queue: DispatchQueue, _ onChange: @escaping @Sendable (_ isLost: Bool) -> Void
  ) -> (any DirectoryNotifier)? {
    Inotify(path, queue, onChange)
  }
#else
  package func makeDirectoryNotifier(
    _ path: String, _ queue: DispatchQueue, _ onChange: @escaping @Sendable (_ isLost: Bool) -> Void
  ) -> (any DirectoryNotifier)? {
    nil
  }
#endif
