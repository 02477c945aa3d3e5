import Holdfast

/// Finds out when one generation of a program is up.
struct ReadinessProbe: Sendable {
  static let firstPause = Duration.milliseconds(100)
  static let longestPause = Duration.milliseconds(500)
  static let timeout = Duration.seconds(1)
  static let commandTimeout = Duration.seconds(5)

  let program: Program
  let name: String
  let tag: ProcessTag
  let watch: LineWatch?
  let timeline: any Timeline

  /// Suspends until the program is ready; false when the task was cancelled first.
  func untilReady() async -> Bool {
    if let watch { return await watch.wait() }
    var pause = Self.firstPause
    while !Task.isCancelled {
      if await isReady() { return !Task.isCancelled }
      try? await timeline.sleep(for: pause)
      pause = min(pause * 3 / 2, Self.longestPause)
    }
    return false
  }

  private func isReady() async -> Bool {
    switch program.readiness {
    case .onStart, .line, .lineMatching: true
    case .tcp(let host, let port): await within(Self.timeout) { await Connection(host: host, port: port) != nil }
    case .http(let url): await within(Self.timeout) { await answers(url) }
    case .exec(let command): await within(Self.commandTimeout) { await succeeds(command) }
    }
  }

  private func answers(_ url: String) async -> Bool {
    guard let target = HTTPTarget(url), let connection = await Connection(host: target.host, port: target.port),
      connection.send(target.request)
    else { return false }
    var answer: [UInt8] = []
    while HTTPTarget.isSuccess(answer) == nil, let bytes = await connection.receive() { answer += bytes }
    return HTTPTarget.isSuccess(answer) ?? false
  }

  private func succeeds(_ command: [String]) async -> Bool {
    var probe = program
    probe.command = command
    probe.readiness = .onStart
    guard let launch = try? Launch(probe, as: name, tag: tag) else { return false }
    return await ProbeCommand(launch: launch).exitStatus() == 0
  }

  private func within(_ limit: Duration, _ check: @escaping @Sendable () async -> Bool) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { await check() }
      group.addTask {
        try? await timeline.sleep(for: limit)
        return false
      }
      let first = await group.next() ?? false
      group.cancelAll()
      return first
    }
  }
}
