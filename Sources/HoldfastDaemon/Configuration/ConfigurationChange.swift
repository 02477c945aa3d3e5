/// What a reload has to do: the difference of two configurations, by value.
struct ConfigurationChange: Equatable, Sendable {
  /// Programs that are new, by name.
  var added: [String] = []
  /// Programs that are gone.
  var removed: [String] = []
  /// Programs that differ.
  var changed: [String] = []
  /// Programs that are the same: they keep running.
  var unchanged: [String] = []
  /// Settings outside of programs that differ.
  var settings: [String] = []

  init(from old: Configuration, to new: Configuration) {
    for program in new.programs {
      switch old.program(program.name) {
      case nil: added.append(program.name)
      case program: unchanged.append(program.name)
      default: changed.append(program.name)
      }
    }
    removed = old.programs.map(\.name).filter { new.program($0) == nil }
    if old.groups != new.groups { settings.append("groups") }
    if old.intensity != new.intensity { settings.append("intensity") }
    if old.name != new.name { settings.append("name") }
    if old.state != new.state { settings.append("state") }
    if old.logLevel != new.logLevel { settings.append("log") }
    if old.shutdown != new.shutdown { settings.append("shutdown") }
  }

  var isEmpty: Bool {
    added.isEmpty && removed.isEmpty && changed.isEmpty && settings.isEmpty
  }
}
