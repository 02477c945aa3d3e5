#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A message on the channel: four bytes of length, most significant first, then JSON.
enum Frame {
  /// Bytes of JSON in one frame: payload, output and metadata at their own limits, in Base64, with room to spare.
  static let limit = 8 << 20

  /// - Throws: `EncodingError`, for a number that JSON cannot express; ``FrameError`` when it is too long.
  static func encode(_ message: some Encodable) throws -> [UInt8] {
    let json = try JSONEncoder().encode(message)
    guard json.count <= limit else { throw FrameError(length: json.count) }
    let length = UInt32(json.count)
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + json
  }

  static func decode<Message: Decodable>(_ type: Message.Type, from json: ArraySlice<UInt8>) throws -> Message {
    try JSONDecoder().decode(type, from: Data(json))
  }
}

/// A frame that is longer than any honest one.
struct FrameError: Error, CustomStringConvertible {
  let length: Int

  var description: String { "a message of \(length) bytes, over \(Frame.limit)" }
}

/// Cuts bytes into frames: a value that knows only what is pending, which is one frame and one read at most.
struct FrameCutter {
  private var pending: [UInt8] = []

  /// Returns the JSON of the frames that `bytes` complete.
  mutating func add(_ bytes: ArraySlice<UInt8>) throws(FrameError) -> [ArraySlice<UInt8>] {
    pending += bytes
    var rest = pending[...]
    var frames: [ArraySlice<UInt8>] = []
    while let frame = try Self.first(of: rest) {
      frames.append(frame)
      rest = rest[frame.endIndex...]
    }
    if !frames.isEmpty { pending = Array(rest) }
    return frames
  }

  private static func first(of bytes: ArraySlice<UInt8>) throws(FrameError) -> ArraySlice<UInt8>? {
    guard bytes.count >= 4 else { return nil }
    let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    guard length <= Frame.limit else { throw FrameError(length: length) }
    let body = bytes.dropFirst(4)
    return body.count >= length ? body.prefix(length) : nil
  }
}
