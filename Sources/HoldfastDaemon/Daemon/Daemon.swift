import Holdfast
import HoldfastPrograms
import Logging
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `holdfast run`: the tree, its log, its signals and its socket.
final class Daemon: Sendable {
  private let tree: ProgramTree
  private let sink: LogSink
  private let folder: StateFolder
  private let pumps: Pumps
  private let stops = Mutex(0)

  /// Takes the state folder and opens the store; nothing runs yet.
  init(_ configuration: Configuration, json: Bool) async throws {
    let sink = LogSink(
      .output, json: json || !Terminal.output.isInteractive, level: configuration.logLevel,
      names: [configuration.name] + configuration.groups.map(\.name) + configuration.programs.flatMap(\.children))
    let pumps = Pumps(sink)
    self.sink = sink
    self.pumps = pumps
    folder = try StateFolder(configuration.state)
    // Loggers take the handler that there is when they are made.
    LoggingSystem.bootstrap { _ in SinkLogHandler(sink: sink) }
    let jobs = configuration.hasStore ? try await JobService(configuration, socket: folder.socket) : nil
    tree = try ProgramTree(configuration, jobs: jobs) { pumps.follow($0, $1) }
  }

  /// Runs until it is told to stop, or until the tree gives up.
  func run() async throws {
    Signals.ignoreBrokenPipes()
    Reaper.shared.becomeInitIfNeeded()
    let signals = Signals([SIGTERM, SIGINT, SIGHUP]) { [weak self] in self?.received($0) }
    let server = try ControlServer(at: folder.socket) { [tree] request, connection in
      try await ControlHandler(tree: tree, jobs: tree.jobs).handle(request, connection)
    }
    sink.write(
      LogRecord(.info, "runs \(tree.nursery.configuration.file), socket \(folder.socket)", event: "daemonStarted"))
    let events = Task { [tree, sink, feed = tree.root.events(buffer: 10_000)] in
      await Self.tell(feed, tree, sink)
    }
    let alarms = tree.jobs.map { [tree, sink] jobs in
      Task { [feed = jobs.alarms.alarms.events(buffer: 10_000)] in await Self.tell(feed, tree, sink) }
    }
    let result = await Self.outcome { [tree] in try await tree.root.run() }
    server.stop()
    events.cancel()
    alarms?.cancel()
    await events.value
    await alarms?.value
    pumps.finish()
    await tree.jobs?.close()
    withExtendedLifetime(signals) {}
    try end(result)
  }

  private static func outcome(_ run: () async throws -> Void) async -> (any Error)? {
    do {
      try await run()
      return nil
    } catch {
      return error
    }
  }

  private func end(_ error: (any Error)?) throws {
    let abandoned = tree.root.counts.abandoned > 0 && stops.withLock { $0 > 1 }
    let words = error.map { "ended: \($0)" } ?? (abandoned ? "ended; something did not stop in time" : "ended")
    sink.write(LogRecord(error == nil ? .info : .error, words, event: "daemonStopped"))
    sink.flush()
    if let error { throw Failure(.failed, "\(error)") }
    if abandoned { throw Failure(.abandoned, "stopped by a second signal; what was left was killed") }
  }

  private func received(_ number: Int32) {
    if number == SIGHUP { return reload() }
    let count = stops.withLock { count in
      count += 1
      return count
    }
    let name = ProgramSignal(rawValue: number)
    sink.write(LogRecord(.info, count == 1 ? "\(name): stopping in order; once more to be quick" : "\(name): at once"))
    if count == 1 { tree.root.stop() } else { tree.hurry() }
  }

  private func reload() {
    Task { [tree, sink] in
      do {
        let report = try await tree.reload()
        sink.write(LogRecord(.info, ReloadText.lines(report).joined(separator: "; "), event: "reloaded"))
      } catch {
        sink.write(LogRecord(.error, "\(error)", event: "reloadFailed"))
      }
    }
  }

  /// What happens to alarms, but for those that say what supervision has said already.
  private static func tell(_ feed: Feed<AlarmEvent>, _ tree: ProgramTree, _ sink: LogSink) async {
    for await item in feed {
      switch item {
      case .item(let event):
        let isNews = event.state == .set || event.previousState == .set
        if isNews, !tree.keeps(event.id) { sink.write(LogRecord(event)) }
      case .dropped(let count): sink.write(LogRecord(.warning, "\(count) changes of alarms dropped: too many at once"))
      }
    }
  }

  private static func tell(_ feed: Feed<SupervisionEvent>, _ tree: ProgramTree, _ sink: LogSink) async {
    let start = ContinuousClock.now
    for await item in feed {
      switch item {
      // What runs of remedies do is told by their alarms.
      case .item(let event) where event.supervisor.hasPrefix("\(tree.root.name)/\(Configuration.alarmsChild)"): continue
      case .item(let event):
        let pid = event.child.flatMap { tree.nursery.monitor(of: $0)?.status.process }
        var record = LogRecord(event, pid: event.name == "ready" ? pid : nil)
        if case .supervisorStarted = event.kind, event.supervisor == tree.root.name {
          record.message = tree.readiness(after: start.duration(to: .now))
        }
        sink.write(record)
      case .dropped(let count): sink.write(LogRecord(.warning, "\(count) events dropped: too many at once"))
      }
    }
  }
}

/// Follows the output of every program there is.
final class Pumps: Sendable {
  private let sink: LogSink
  private let running = Mutex<[String: (pump: OutputPump, task: Task<Void, Never>)]>([:])

  init(_ sink: LogSink) {
    self.sink = sink
  }

  /// A new monitor of a child, or nil, takes the place of the one before it.
  func follow(_ child: String, _ monitor: ProgramMonitor?) {
    let next = monitor.map { monitor in
      let pump = OutputPump(child, monitor.log, sink)
      return (pump: pump, task: Task { await pump.run() })
    }
    let previous = running.withLock { running in
      defer { running[child] = next }
      return running[child]
    }
    previous?.task.cancel()
    previous?.pump.finish()
  }

  /// Writes what is left.
  func finish() {
    for (pump, task) in running.withLock({ Array($0.values) }) {
      task.cancel()
      pump.finish()
    }
  }
}
