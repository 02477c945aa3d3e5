#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where the secret comes from that signs webhooks. It is read for each attempt, so that a new one counts at once.
public enum WebhookSecret: Sendable, Hashable, CustomStringConvertible {
  /// The secret itself.
  case value(String)
  /// The first line of a file.
  case file(String)
  /// An environment variable of this process.
  case environment(String)

  private static let longest = 4096

  /// Where it comes from, never what it is.
  public var description: String {
    switch self {
    case .value: "the secret in the configuration"
    case .file(let path): "the secret in the file \(path)"
    case .environment(let name): "the secret in the environment variable \(name)"
    }
  }

  func read() throws(WebhookError) -> String {
    guard let text, !text.isEmpty else {
      throw WebhookError("\(self) is not there, cannot be read or is empty; nothing is sent without a signature")
    }
    guard text.utf8.count <= Self.longest else {
      throw WebhookError("\(self) is longer than \(Self.longest) bytes; use 32 random bytes in hexadecimal")
    }
    return text
  }

  private var text: String? {
    switch self {
    case .value(let text): text
    case .file(let path):
      FileManager.default.contents(atPath: path).flatMap { data in
        String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
      }
    case .environment(let name): ProcessInfo.processInfo.environment[name]
    }
  }
}
