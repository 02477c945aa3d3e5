/// Planned work that comes again.
extension IncidentBook {
  /// Puts these windows in the place of those before. An occurrence that is still as it would be planned stays, also where
  /// somebody has ended the one before it.
  mutating func configure(_ windows: [MaintenanceWindow], at time: WallTime) {
    self.windows = Dictionary(windows.map { ($0.name, $0) }) { first, _ in first }
    for mute in mutes.values where mute.recurs == true {
      if self.windows[mute.name]?.gives(mute) != true { end(mute) }
    }
    for window in windows { plan(window, after: time) }
  }

  /// The work of a mute is over, or was ended.
  mutating func planNext(after mute: AlarmMute, at time: WallTime) {
    guard mute.kind == .maintenance, let window = windows[mute.name] else { return }
    let passed = mute.recurs == true ? mute.until : mute.resumes
    plan(window, after: max(time, passed ?? time))
  }

  /// The last occurrence of a window was ended by hand.
  mutating func spend(_ mute: AlarmMute, at time: WallTime) {
    guard mute.recurs == true, mutes[mute.key] == nil, !mute.isOver(at: time) else { return }
    var spent = mute
    spent.isSpent = true
    keep(spent, at: time)
  }

  private mutating func plan(_ window: MaintenanceWindow, after time: WallTime) {
    guard let mute = window.mute(at: time), mutes[mute.key] == nil else { return }
    keep(mute, at: time)
  }
}
