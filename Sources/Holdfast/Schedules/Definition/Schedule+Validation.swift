extension Schedule {
  /// Bytes of a name.
  static let maximumName = 128

  /// Checks each field, and what they say together.
  ///
  /// - Throws: ``ScheduleError`` for the first field that does not fit.
  public func validate() throws(ScheduleError) {
    do throws(JobRefused) {
      try JobRefused.check(name: name, as: "name")
      try job.validate()
    } catch {
      throw refused(error.field == "name" ? "name" : "job.\(error.field)", error.reason)
    }
    try validateJob()
    try validateNumbers()
    try validateTimes()
  }

  private func validateJob() throws(ScheduleError) {
    guard job.start == .now else {
      throw refused("options.start", "is set; the rule says when its jobs start, so leave it out")
    }
    guard job.name == nil else {
      throw refused("options.name", "is set; each job is named after its nominal time, so leave it out")
    }
    guard !overlap.takesUniqueKey || job.uniqueKey == nil else {
      throw refused(
        "job.uniqueKey", "is set, and overlap `\(overlap.rawValue)` needs it; use options.unique = .none, or allowAll")
    }
    guard overlap != .bufferOne || job.executionKey == nil else {
      throw refused("job.executionKey", "is set, and overlap `bufferOne` needs it; use bufferAll, which keeps it")
    }
  }

  private func validateNumbers() throws(ScheduleError) {
    guard jitter >= .zero else { throw refused("jitter", "is \(jitter); it cannot be negative") }
    if let window = misfire.window, window <= .zero {
      throw refused("misfire", "allows a lateness of \(window); give it more than zero, or leave it out")
    }
    if let count, count < 1 { throw refused("count", "is \(count); at least 1 is needed, or leave it out") }
  }

  private func validateTimes() throws(ScheduleError) {
    if let start, let end, end < start {
      throw refused("end", "is \(end.text), before the start at \(start.text); exchange them")
    }
    guard rule.isManual || everFires else {
      throw ScheduleError(
        .neverFires, name, "rule",
        "`\(rule)` has no moment from \(start?.text ?? "the beginning") to \(end?.text ?? "the end"); change either")
    }
  }

  private var everFires: Bool {
    guard let start else { return end.map { rule.previous(before: $0.successor) != nil } ?? true }
    return next(after: start.predecessor) != nil
  }

  private func refused(_ field: String, _ reason: String) -> ScheduleError {
    ScheduleError(.invalid, name, field, reason)
  }
}
