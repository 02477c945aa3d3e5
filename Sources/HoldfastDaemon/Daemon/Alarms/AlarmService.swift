import Holdfast

/// The alarms of the daemon: kept in the jobs' store by a child of the root, with what the file says is to be done.
struct AlarmService: Sendable {
  let alarms: Alarms
  let actions: AlarmActions

  /// - Throws: A ``Failure`` that names what does not fit.
  init(
    _ configuration: Configuration, _ records: any RecordStore, _ jobs: any JobStore, socket: String
  ) throws(Failure) {
    actions = AlarmActions(configuration, store: jobs, socket: socket)
    do {
      alarms = try Alarms(records, configuration.library(actions))
    } catch {
      throw Failure(error)
    }
  }

  /// How many are set, in a word.
  var summary: AlarmSummary { AlarmSummary(alarms.list(atLeast: .debug)) }

  /// What sends messages.
  var handlers: [JobHandler] { actions.handlers(of: alarms) }

  /// What answers about alarms for somebody.
  func desk(for actor: String) -> AlarmsDesk {
    AlarmsDesk(alarms: alarms, actor: actor)
  }

  /// The first children of the root, so that they stop last. Programs do not wait for them: what is reported before
  /// the alarms are loaded is kept.
  func children(_ jobs: JobService) -> [Child] {
    var service = Child(Configuration.alarmsChild, startMayFail: true) { [alarms] in alarms }
    service.options.gate = .after([])
    var watch = Child(Configuration.watchChild, startMayFail: true) { [alarms, actions] in
      guard let tree = actions.tree else { throw Failure(.failed, "there are no programs yet") }
      return AlarmWatch(alarms: alarms, tree: tree, jobs: jobs)
    }
    watch.options.gate = .after([Configuration.alarmsChild])
    return [service, watch]
  }

  /// Does what another version of the file says. Rules that stay keep what they remember.
  func adopt(_ configuration: Configuration) async throws(Failure) {
    actions.adopt(configuration)
    do {
      try await alarms.configure(configuration.library(actions))
    } catch {
      throw Failure(error)
    }
  }
}

extension Configuration {
  /// What the file says of alarms, as the library has it.
  fileprivate func library(_ actions: AlarmActions) -> AlarmConfiguration {
    var configuration = AlarmConfiguration(rules: alarms.map(\.rule))
    configuration.remedies = remedies.mapValues(actions.remedy)
    for alarm in alarms {
      guard let id = try? AlarmID(parsing: alarm.name) else { continue }
      if let remedy = alarm.remedy { configuration.remedies[id] = actions.remedy(remedy) }
      if alarm.latches { configuration.latching.append(.exactly(id)) }
      configuration.inhibitions += alarm.inhibits.map { AlarmInhibition(while: .exactly(id), quiet: $0) }
    }
    configuration.routes = notify.map(\.route)
    configuration.maintenance = maintenance
    configuration.notificationQueue = Self.notificationQueue
    return configuration
  }
}

extension Failure {
  init(_ error: AlarmError) {
    let status: ExitStatus =
      switch error.code {
      case .notFound: .notFound
      case .notWaiting, .notRunning, .notStored, .limitReached, .cancelled: .failed
      default: .usage
      }
    self.init(status, error.description)
  }
}
