import ArgumentParser
import Holdfast

/// Which jobs: what every command about many jobs takes. All conditions must hold.
struct JobFilters: ParsableArguments {
  @Option(help: "Jobs in this state. May be repeated.")
  var state: [StateArgument] = []

  @Option(help: "Jobs of this kind.")
  var kind: String?

  @Option(help: "Jobs of this queue.")
  var queue: String?

  @Option(help: "Jobs of this partition.")
  var partition: String?

  @Option(help: "The jobs of this name.")
  var name: String?

  @Option(help: "Jobs with this unique key.")
  var unique: String?

  @Option(help: "Jobs with this execution key.")
  var key: String?

  @Option(help: "Jobs whose payload contains this text.")
  var text: String?

  @Option(help: "Jobs enqueued within the last such time, as in 5m.")
  var since: DurationArgument?

  @Option(help: "Jobs that are due before this time, as in 2026-11-21T12:00:00Z.")
  var dueBefore: TimeArgument?

  @Option(help: "Jobs that are due at this time or later.")
  var dueFrom: TimeArgument?

  /// Whether any condition was given.
  var isEmpty: Bool {
    state.isEmpty && [kind, queue, partition, name, unique, key, text].allSatisfy { $0 == nil } && since == nil
      && dueBefore == nil && dueFrom == nil
  }

  func query(at now: WallTime) -> JobQuery {
    var query = JobQuery()
    query.views = Set(state.map(\.view))
    (query.kind, query.queue, query.partition, query.name) = (kind, queue, partition, name)
    (query.uniqueKey, query.executionKey, query.text) = (unique, key, text)
    query.enqueuedFrom = since.map { now.advanced(by: .zero - $0.duration) }
    (query.dueBefore, query.dueFrom) = (dueBefore?.time, dueFrom?.time)
    return query
  }
}

/// A job's state on the command line.
struct StateArgument: ExpressibleByArgument {
  let view: JobView

  init?(argument: String) {
    guard let view = JobView(rawValue: argument) else { return nil }
    self.view = view
  }

  static var allValueStrings: [String] { JobView.allCases.map(\.rawValue) }
}

/// A duration on the command line.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    guard let duration = DurationText.parse(argument) else { return nil }
    self.duration = duration
  }
}

/// A point in time on the command line.
struct TimeArgument: ExpressibleByArgument {
  let time: WallTime

  init?(argument: String) {
    guard let date = TimeText.parse(argument) else { return nil }
    time = WallTime(date)
  }
}
