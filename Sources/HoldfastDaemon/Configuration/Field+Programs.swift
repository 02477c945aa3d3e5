import Holdfast
import HoldfastPrograms

extension Field {
  /// One word of a command: anything, the empty text included.
  func argument() -> String? {
    text == "" && !isNothing ? "" : string("an argument")
  }

  /// `[TERM, 5s, KILL]`: signals with waits between them. KILL after the last wait need not be written.
  func stopSteps() -> [StopStep]? {
    guard let steps = list(of: "signals and waits", { $0.stopStep() }) else { return nil }
    guard case .signal = steps.first else { return fail("starts with a signal, as in [TERM, 5s, KILL]") }
    return steps.last == .signal(.kill) ? steps : steps + [.signal(.kill)]
  }

  private func stopStep() -> StopStep? {
    let text = text ?? ""
    if let signal = ProgramSignal(text), text != "0" { return .signal(signal) }
    guard let wait = DurationText.parse(text) else { return expected("a signal such as TERM or a wait such as 5s") }
    return .wait(wait)
  }

  /// `user`, `user:group`; names or numbers.
  func user() -> String? {
    guard let text = string("a user") else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count <= 2 && !parts.contains("") ? text : expected("a user, or user:group")
  }

  /// Octal digits.
  func umask() -> UInt32? {
    guard let text, let mask = UInt32(text.hasPrefix("0o") ? String(text.dropFirst(2)) : text, radix: 8),
      mask <= 0o777
    else { return expected("octal digits such as 022") }
    return mask
  }

  /// Exit codes: a list, or one.
  func exitCodes() -> Set<Int32>? {
    let codes = text == nil ? list(of: "exit codes") { $0.integer(0...255) } : integer(0...255).map { [$0] }
    return codes.map { Set($0.map(Int32.init)) }
  }

  func readiness(_ kind: String) -> ReadinessConfiguration? {
    switch kind {
    case "http": httpReadiness()
    case "tcp": tcpReadiness()
    case "exec":
      list(of: "an executable and its arguments", { $0.argument() })
        .flatMap { $0.isEmpty ? expected("an executable and its arguments") : .exec($0) }
    default: string("a text to look for").flatMap { $0.isEmpty ? expected("a text to look for") : .line($0) }
    }
  }

  private func httpReadiness() -> ReadinessConfiguration? {
    guard let url = string("an address") else { return nil }
    guard url.hasPrefix("http://"), url.count > 7 else {
      return expected("an address such as http://127.0.0.1:9000/health")
    }
    return .http(url)
  }

  /// `8080`, or `host:8080`.
  private func tcpReadiness() -> ReadinessConfiguration? {
    guard let text = text else { return expected("a port, or host:port") }
    let colon = text.lastIndex(of: ":")
    let host = colon.map { String(text[..<$0]) } ?? "127.0.0.1"
    let digits = colon.map { text[text.index(after: $0)...] } ?? text[...]
    guard !host.isEmpty, let port = Int(digits), (1...65535).contains(port) else {
      return expected("a port from 1 to 65535, or host:port")
    }
    return .tcp(host: host, port: port)
  }
}
