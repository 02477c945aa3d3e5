/// How messages go to an address. None of it is stored with the messages, unlike the address itself.
public struct WebhookOptions: Sendable, Hashable {
  /// Signs each message; nil for no signature.
  public let secret: WebhookSecret?
  /// More headers, by name.
  public let headers: [String: String]
  /// How long one attempt takes at most.
  public let timeout: Duration

  private static let own: Set = ["content-type", "content-length", "idempotency-key", "holdfast-signature"]
  private static let most = (headers: 32, bytes: 4096)

  /// Options that fit.
  ///
  /// - Parameters:
  ///   - secret: Default none. A value of 1…4,096 bytes; what a file or a variable holds is looked at for each attempt.
  ///   - headers: At most 32, of 4,096 bytes each; not those that Holdfast sets itself.
  ///   - timeout: 1…25 s. Default 20 s.
  /// - Throws: ``WebhookError`` that names what does not fit.
  public init(
    secret: WebhookSecret? = nil, headers: [String: String] = [:], timeout: Duration = .seconds(20)
  ) throws(WebhookError) {
    guard headers.count <= Self.most.headers else {
      throw WebhookError("\(headers.count) headers are too many; give at most \(Self.most.headers)")
    }
    for (name, value) in headers { try Self.check(name, value) }
    guard timeout >= .seconds(1), timeout <= .seconds(25) else {
      throw WebhookError("a timeout of \(timeout) does not fit into an attempt; give 1…25 seconds")
    }
    if case .value = secret { _ = try secret?.read() }
    self.secret = secret
    self.headers = headers
    self.timeout = timeout
  }

  private static func check(_ name: String, _ value: String) throws(WebhookError) {
    guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else {
      throw WebhookError("`\(name)` is no name for a header; use letters, digits and `-`")
    }
    guard !own.contains(name.lowercased()) else {
      throw WebhookError("the header `\(name)` is set by Holdfast itself; leave it out")
    }
    let isValue = value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && value.contains { $0 != " " }
    guard isValue, name.utf8.count + value.utf8.count <= most.bytes else {
      throw WebhookError(
        "the value of the header `\(name)` is empty, too long or has control characters; give up to \(most.bytes) bytes"
      )
    }
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-_.!#$%&'*+^`|~".utf8.contains(byte)
    }
  }
}

/// A webhook that cannot be sent so, or was not taken.
public struct WebhookError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, and what to do.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
