import CHoldfastPrograms

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Descriptor {
  /// `/dev/null`, for reading and writing.
  static func null() throws(SystemError) -> Descriptor {
    let number = hf_open_null()
    guard number >= 0 else { throw SystemError.last }
    return Descriptor(number)
  }

  /// An unnamed file in memory with these bytes, to be read from its beginning.
  static func file(_ bytes: Data) throws(SystemError) -> Descriptor {
    let number = unsafe bytes.withUnsafeBytes { unsafe hf_open_bytes($0.baseAddress, $0.count) }
    guard number >= 0 else { throw SystemError.last }
    return Descriptor(number)
  }

  /// A pipe that closes on exec; its reading end never blocks.
  static func pipe() throws(SystemError) -> (reading: Descriptor, writing: Descriptor) {
    var reading: Int32 = -1
    var writing: Int32 = -1
    let error = unsafe hf_pipe(&reading, &writing)
    guard error == 0 else { throw SystemError(code: error) }
    return (Descriptor(reading), Descriptor(writing))
  }
}
