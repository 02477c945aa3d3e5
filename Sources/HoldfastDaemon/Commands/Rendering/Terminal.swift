#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Text for people: written at once, and coloured only where somebody looks at it.
struct Terminal: Sendable {
  enum Colour: Int, Sendable {
    /// Not a colour: crossed out.
    case struck = 9
    case red = 31, green, yellow, blue, magenta, cyan, grey = 90
  }

  let descriptor: Int32
  let colours: Bool

  static let output = Terminal(1)
  static let errors = Terminal(2)

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    let environment = ProcessInfo.processInfo.environment
    // NO_COLOR counts when it is there and not empty (no-color.org).
    let unwanted = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    colours = isatty(descriptor) == 1 && !unwanted && environment["TERM"] != "dumb"
  }

  init(_ descriptor: Int32, colours: Bool) {
    self.descriptor = descriptor
    self.colours = colours
  }

  /// Whether a person sits there.
  var isInteractive: Bool { isatty(descriptor) == 1 }

  /// Writes a line. Where nobody reads any more (a closed terminal, a full disk) the line is lost and nothing else.
  func line(_ text: String) {
    var rest = Array((text + "\n").utf8)[...]
    while !rest.isEmpty {
      let written = try? system { unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) } }
      guard let written, written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }

  func paint(_ text: String, _ colour: Colour?) -> String {
    guard colours, let colour, !text.isEmpty else { return text }
    return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
  }

  /// Text from elsewhere without the control characters that would command the terminal; tabs and colours' text stay.
  static func harmless(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }))
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.value < 0x20 && scalar != "\t") || (0x7F...0x9F).contains(scalar.value)
  }
}
