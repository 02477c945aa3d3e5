import Dispatch
import Logging
import Metrics
public import ServiceLifecycle
import Synchronization

/// Notices that the cooperative thread pool is starved, because somebody blocks its threads: then no supervisor, timer
/// or deadline works any more, and nothing that runs *in* the pool could tell.
///
/// It lives on an OS thread of its own, which wakes up once a second, asks the pool to run a trivial task, and reports
/// when that task has not run within the threshold: in the log, in the metrics `holdfast.pool.starved` and
/// `holdfast.pool.latency`, and to a callback, which works although the pool does not.
///
/// ```swift
/// let app = Supervisor("app", children: [Child("watchdog") { Watchdog { report in page(report) } }, …])
/// ```
public final class Watchdog: Service {
  /// What it has noticed.
  public enum Report: Sendable, Hashable {
    /// A trivial task has waited for so long.
    case starved(Duration)
    /// It ran after all, after so long; if it starves again that is told again.
    case recovered(Duration)
  }

  private struct State {
    var machine: WatchdogMachine
    var run: WatchdogThread?
  }

  private let interval: Duration
  private let timeline: any Timeline
  private let probe: @Sendable (@escaping @Sendable () -> Void) -> Void
  private let onReport: @Sendable (Report) -> Void
  private let state: Mutex<State>
  private let threshold: Duration
  private let logger = Logger.current
  private let starvations = Counter(label: "holdfast.pool.starved")
  private let latency = Metrics.Timer(label: "holdfast.pool.latency")

  /// A watchdog that does not watch yet.
  ///
  /// - Parameters:
  ///   - threshold: How long a trivial task may wait, > 0 (less counts as a millisecond). Default 2 s. It is noticed up to
  ///     a second later.
  ///   - onReport: Called on the watchdog's own thread when the pool is starved, and in the pool when it works again; it
  ///     must not wait for a task. Default nothing.
  public convenience init(threshold: Duration = .seconds(2), onReport: @escaping @Sendable (Report) -> Void = { _ in })
  {
    self.init(
      threshold: threshold, interval: .seconds(1), timeline: .system,
      probe: { action in Task.detached(priority: .high) { action() } }, onReport: onReport)
  }

  init(
    threshold: Duration, interval: Duration, timeline: any Timeline,
    probe: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
    onReport: @escaping @Sendable (Report) -> Void
  ) {
    self.threshold = max(threshold, .milliseconds(1))
    self.interval = interval
    self.timeline = timeline
    self.probe = probe
    self.onReport = onReport
    state = Mutex(State(machine: WatchdogMachine(threshold: self.threshold)))
  }

  /// Watches until it is asked to stop.
  public func run() async throws {
    start()
    defer { stop() }
    try? await gracefulShutdown()
  }

  /// Starts the thread, unless it runs. For programs without a supervisor or a service group.
  public func start() {
    let isRunning = state.withLock { state in
      guard state.run == nil else { return true }
      state.machine = WatchdogMachine(threshold: threshold)
      state.run = WatchdogThread(every: interval) { [weak self] in self?.tick() }
      return state.run != nil
    }
    if !isRunning {
      logger.error("no thread could be made for the watchdog, nothing is watched; raise the thread limit")
    }
  }

  /// Ends the thread; a second call has no effect.
  public func stop() {
    state.withLock { $0.run.take() }?.stop()
  }

  private func tick() {
    let now = timeline.now
    perform(state.withLock { $0.machine.ticked(at: now) })
  }

  private func perform(_ action: WatchdogMachine.Action?) {
    switch action {
    case nil: break
    case .probe(let number):
      let askedAt = timeline.now
      probe { [weak self] in self?.ran(number, askedAt) }
    case .starved(let waited):
      starvations.increment()
      logger.error("the cooperative thread pool is starved: a trivial task has waited \(waited.rounded)")
      onReport(.starved(waited))
    case .recovered(let waited):
      logger.notice("the cooperative thread pool works again after \(waited.rounded)")
      onReport(.recovered(waited))
    }
  }

  private func ran(_ number: UInt64, _ askedAt: Instant) {
    let now = timeline.now
    latency.recordNanoseconds(askedAt.duration(to: now).wholeNanoseconds)
    perform(state.withLock { $0.machine.ran(number, at: now) })
  }
}
