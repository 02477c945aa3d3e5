import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What says who sent a message and when: HMAC-SHA256 of `<seconds>.<body>`.
enum WebhookSignature {
  static let header = "Holdfast-Signature"

  /// The value of the header, `t=<seconds>,v1=<hexadecimal>`.
  ///
  /// - Parameter seconds: Since 1970.
  static func value(of body: Data, secret: String, at seconds: Int64) -> String {
    let code = HMAC<SHA256>.authenticationCode(
      for: Data("\(seconds).".utf8) + body, using: SymmetricKey(data: Data(secret.utf8)))
    return "t=\(seconds),v1=" + code.map(hexadecimal).joined()
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
