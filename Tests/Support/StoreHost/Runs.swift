import Holdfast
import HoldfastSQLite
import Synchronization

/// Runs jobs on a clock that its input sets, and says what happens to them.
///
/// `shift MONOTONIC WALL` moves the clocks by milliseconds and says so when it is done; `finish` lets jobs of kind `hold` end.
final class Runs: Sendable {
  private struct Gate {
    var isOpen = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let time = ShiftedTimeline()
  private let gate = Mutex(Gate())

  func run(_ path: String) async throws {
    var options = SQLiteStore.Options()
    options.clock = time
    let store = try await SQLiteStore.open(path, options: options)
    let runner = try JobRunner(store, handlers: handlers, queues: [.init(workers: 4)])
    let events = runner.events(buffer: 10_000)
    let telling = Task.detached {
      for await case .item(let event) in events { say("\(event.name) \(event.job)") }
    }
    let running = Task.detached { try await runner.run() }
    say("open")
    while let line = readLine() { obey(line.split(separator: " ").map(String.init)) }
    runner.stop(within: .zero)
    try await running.value
    telling.cancel()
    await store.close()
  }

  private var handlers: [JobHandler] {
    [
      JobHandler(kind: "job") { _, context in
        say("ran \(context.id)")
        return .complete
      },
      JobHandler(kind: "hold") { [self] _, context in
        say("holds \(context.id)")
        await pass()
        return .complete
      },
    ]
  }

  private func obey(_ words: [String]) {
    switch words.first {
    case "shift":
      let amounts = words.dropFirst().map { Duration.milliseconds(Int64($0) ?? 0) }
      time.shift(monotonic: amounts[0], wall: amounts[1])
      say((["shifted"] + words.dropFirst()).joined(separator: " "))
    default: open()
    }
  }

  private func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = gate.withLock { gate in
        if !gate.isOpen { gate.waiting.append(continuation) }
        return gate.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  private func open() {
    let waiting = gate.withLock { gate in
      gate.isOpen = true
      defer { gate.waiting = [] }
      return gate.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
