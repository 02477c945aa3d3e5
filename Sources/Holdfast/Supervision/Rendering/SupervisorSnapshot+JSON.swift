#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension SupervisorSnapshot {
  /// The snapshot as JSON: sorted keys, ISO 8601 dates with milliseconds in UTC, absent values left out.
  ///
  /// - Throws: `EncodingError` when a number is not finite.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(date.formatted(Self.dateStyle))
    }
    return try encoder.encode(self)
  }

  /// A snapshot from ``json()``.
  ///
  /// - Throws: `DecodingError` that names the place.
  public init(json: Data) throws {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      try Date(decoder.singleValueContainer().decode(String.self), strategy: Self.dateStyle)
    }
    self = try decoder.decode(Self.self, from: json)
  }

  private static var dateStyle: Date.ISO8601FormatStyle { Date.ISO8601FormatStyle(includingFractionalSeconds: true) }
}
