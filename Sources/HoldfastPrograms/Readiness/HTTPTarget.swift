import CHoldfastPrograms

/// A plain `http://` address, taken apart.
struct HTTPTarget: Equatable {
  let host: String
  let port: UInt16
  let path: String

  /// Nil unless it is `http://host[:port][/path]` with a numeric host or `localhost`.
  init?(_ url: String) {
    guard url.lowercased().hasPrefix("http://") else { return nil }
    let rest = url.dropFirst("http://".count).prefix { $0 != "#" }
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard let (host, port) = Self.split(authority), Self.hostProblem(host) == nil else { return nil }
    let path = rest.dropFirst(authority.count)
    guard path.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
    self.host = host
    self.port = port
    self.path = path.hasPrefix("/") ? String(path) : "/" + path
  }

  var request: [UInt8] {
    let name = host.contains(":") ? "[\(host)]" : host
    return Array(
      "GET \(path) HTTP/1.1\r\nHost: \(name):\(port)\r\nUser-Agent: holdfast\r\nAccept: */*\r\nConnection: close\r\n\r\n"
        .utf8)
  }

  /// Whether an answer begins with a status from 200 to 399; nil when that cannot be said yet.
  static func isSuccess(_ answer: [UInt8]) -> Bool? {
    guard answer.count >= 12 else { return nil }
    let line = String(decoding: answer.prefix(12), as: UTF8.self)
    guard line.hasPrefix("HTTP/1."), let status = Int(line.suffix(3)) else { return false }
    return (200...399).contains(status)
  }

  static func problem(with url: String) -> String? {
    HTTPTarget(url) == nil
      ? "`\(url)` is not of the form http://127.0.0.1:8080/path (plain http; a numeric address or localhost)" : nil
  }

  static func hostProblem(_ host: String) -> String? {
    unsafe hf_is_address(numeric(host)) ? nil : "`\(host)` is neither a numeric address nor localhost"
  }

  static func numeric(_ host: String) -> String {
    host == "localhost" ? "127.0.0.1" : host
  }

  private static func split(_ authority: Substring) -> (host: String, port: UInt16)? {
    var host = authority
    var port: UInt16? = 80
    if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
      host = authority[..<colon]
      port = UInt16(authority[colon...].dropFirst())
    }
    guard let port, port > 0 else { return nil }
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    return (String(isBracketed ? host.dropFirst().dropLast() : host), port)
  }
}
