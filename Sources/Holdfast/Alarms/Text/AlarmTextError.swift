/// A text that is no id, pattern or rule, with the place where reading it stopped.
public struct AlarmTextError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The text that was read.
  public let text: String
  /// How many characters come before the place.
  public let offset: Int
  /// What is wrong there, what was expected, and what to do.
  public let message: String

  init(_ text: String, bytes: Int, _ message: String) {
    self.text = text
    self.offset = String(decoding: text.utf8.prefix(bytes), as: UTF8.self).count
    self.message = message
  }

  /// The text, and below it a caret at the place with the message.
  public var description: String {
    let flat = text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
    return "\(String(flat))\n\(String(repeating: " ", count: offset))^ \(message)"
  }
}
