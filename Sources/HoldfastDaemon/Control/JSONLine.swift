#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// JSON values on one line each, with keys in a stable order.
enum JSONLine {
  /// Without the line feed.
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in try Timestamp.iso(date).encode(to: encoder) }
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func decode<T: Decodable>(_ type: T.Type = T.self, from line: some Sequence<UInt8>) throws -> T {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { try Timestamp.parse(String(from: $0)) }
    return try decoder.decode(type, from: Data(line))
  }
}
