/// How long commands may take.
extension ProgramTree {
  /// Seconds from one line of the answer to the next at most; nil when nobody can tell.
  func patience(_ request: ControlRequest) -> Double? {
    let names = request.names ?? []
    switch request.command {
    case .status, .tree, .version: return 1
    // A disk may take its time; a change of many jobs tells how far it is.
    case .enqueue, .jobs, .job, .explain, .change, .queues, .queue, .nodes, .audit, .schedules, .alarms: return 60
    case .tail: return nil
    case .logs: return request.logs?.follow == true ? nil : 1
    case .reload: return nil
    case .stop: return longest(names) { $0.longestStop }
    case .start: return longest(names) { $0.longestStart }
    case .restart: return longest(names) { $0.longestStop + $0.longestStart }
    }
  }

  /// One after the other is the worst case. An unknown name is refused later, and at once.
  private func longest(_ names: [String], _ time: (ProgramConfiguration) -> Duration) -> Double {
    let configuration = nursery.configuration
    let targets = names.isEmpty ? resolver.all : (try? resolver.resolve(names)) ?? []
    let times = targets.compactMap { configuration.program($0.program) }.map(time)
    return Double(times.reduce(.zero, +).components.seconds)
  }
}

extension ProgramConfiguration {
  /// The end of a killed process takes a moment too.
  var longestStop: Duration {
    stop.reduce(.seconds(10)) { sum, step in
      if case .wait(let duration) = step { sum + duration } else { sum }
    }
  }

  /// With a group that is down the whole group is started.
  fileprivate var longestStart: Duration {
    startDeadline + longestStop + (group == nil ? .zero : Nursery.groupStartDeadline)
  }
}
