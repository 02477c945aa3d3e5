#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Standard output without a buffer.
enum FileOutput {
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    #if canImport(Darwin)
      _ = unsafe Darwin.write(1, bytes, bytes.count)
    #else
      _ = unsafe Glibc.write(1, bytes, bytes.count)
    #endif
  }
}
