/// `12:00:01.234 job 12 thumbnail   completed  …`.
enum JobEventText {
  static func line(_ event: JobEventReport, for terminal: Terminal) -> String {
    let clock = terminal.paint(Timestamp.clock(event.time), .grey)
    guard let job = event.job else { return "\(clock) \(terminal.paint("… \(event.message ?? "")", .grey))" }
    let kind = Terminal.harmless(event.kind ?? "")
    let name = terminal.paint("job \(job) \(kind)", LogText.colour(of: kind))
    let attempt = (event.attempt ?? 1) > 1 ? " attempt \(event.attempt ?? 1)" : ""
    let words = event.message.map { " \(Terminal.harmless($0.replacing("\n", with: " ")))" } ?? ""
    return "\(clock) \(name) \(terminal.paint(event.event, colour(of: event.event)))\(attempt)\(words)"
  }

  private static func colour(of event: String) -> Terminal.Colour? {
    switch event {
    case "completed", "started": .green
    case "failed", "snoozed", "stopping", "returned", "progress": .yellow
    case "discarded", "parked", "abandoned", "stale": .red
    case "cancelled": .grey
    default: nil
    }
  }
}
