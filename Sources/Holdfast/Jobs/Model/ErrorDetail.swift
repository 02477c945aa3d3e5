/// What an error says to those who look for its cause, beyond its words (T7).
package struct ErrorDetail {
  /// The type, then all that is in the error.
  package let text: String

  package init(_ error: any Error) {
    let (type, contents) = (Self.name(of: Swift.type(of: error)), Self.plain(String(reflecting: error)))
    // What describes itself for debugging, or is printed field by field, begins with its type already.
    let says = contents.hasPrefix(type) ? contents : contents == "\(error)" ? type : "\(type): \(contents)"
    text = says.cut(toBytes: JobLimits.words)
  }

  private static func name(of type: Any.Type) -> String { plain(String(reflecting: type)) }

  /// A private type is in a context without a name, which is printed as an address: another one in each process.
  private static func plain(_ text: String) -> String {
    var (rest, plain) = (text[...], "")
    while let start = rest.firstRange(of: "(unknown context at $"),
      let end = rest[start.upperBound...].firstRange(of: ").")
    {
      plain += rest[..<start.lowerBound]
      rest = rest[end.upperBound...]
    }
    return plain + rest
  }
}
