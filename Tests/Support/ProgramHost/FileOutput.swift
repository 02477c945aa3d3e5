#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Standard output without a buffer, and the number of descriptors.
enum FileOutput {
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    #if canImport(Darwin)
      _ = unsafe Darwin.write(1, bytes, bytes.count)
    #else
      _ = unsafe Glibc.write(1, bytes, bytes.count)
    #endif
  }

  /// Every descriptor that there is.
  static func takeAllDescriptors() -> [Int32] {
    var taken: [Int32] = []
    while case let descriptor = dup(1), descriptor >= 0 { taken.append(descriptor) }
    return taken
  }

  static func giveBack(_ descriptors: [Int32]) {
    for descriptor in descriptors { close(descriptor) }
  }
}
