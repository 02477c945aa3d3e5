/// Output of programs for people: a coloured name before each line.
enum LogText {
  private static let palette: [Terminal.Colour] = [.cyan, .magenta, .blue, .green, .yellow]

  /// `12:00:01.234 web      | text`, the name padded to a width.
  static func line(_ line: LogLine, width: Int, for terminal: Terminal) -> String {
    let name = line.name.padded(to: width)
    let text = Terminal.harmless(line.line)
    let shown = line.stream == .err ? terminal.paint(text, .yellow) : text
    let clock = terminal.paint(Timestamp.clock(line.time), .grey)
    return "\(clock) \(terminal.paint("\(name) |", colour(of: line.name))) \(shown)"
  }

  /// A marker for lines that a slow reader lost.
  static func dropped(_ count: Int, _ name: String, for terminal: Terminal) -> String {
    terminal.paint("… \(count == 1 ? "1 line" : "\(count) lines") of \(name) dropped: the reader was too slow", .grey)
  }

  /// The same name has the same colour in every run.
  static func colour(of name: String) -> Terminal.Colour {
    palette[name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % palette.count]
  }
}

extension String {
  /// With blanks behind it up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
