import CHoldfastPrograms
import Holdfast
import Synchronization

/// One process that was started, until its status is collected: the only way to send it anything.
final class RunningProgram: Sendable {
  private struct State {
    var ladder: StopLadder
    var isCollected = false
  }

  let process: Process
  private let timeline: any Timeline
  private let state: Mutex<State>

  init(_ process: Process, stop: StopSequence, timeline: any Timeline) {
    self.process = process
    self.timeline = timeline
    state = Mutex(State(ladder: StopLadder(stop)))
  }

  /// Whether a stop or a kill was asked for.
  var isStopping: Bool { state.withLock { $0.ladder.hasBegun } }

  /// Begins the stop sequence.
  func stop() {
    perform { ladder, now in ladder.begin(at: now) }
  }

  /// Kills the group at once.
  func kill() {
    perform { ladder, _ in ladder.kill() }
  }

  /// To the whole group; false when there is nobody left.
  func send(_ signal: ProgramSignal) -> Bool {
    state.withLock { !$0.isCollected && System.signal(group: process.id, signal.rawValue) }
  }

  /// The main process has ended: nobody of its group lives on. Its number is still taken, so nobody else is hit.
  func ended() -> hf_exit? {
    state.withLock { $0.ladder.ended() }
    let exit = Children.shared.look(at: process.id)
    System.signalGroupOnly(process.id, ProgramSignal.kill.rawValue)
    return exit
  }

  func collect() -> hf_exit? {
    state.withLock { state in
      state.isCollected = true
      return Children.shared.collect(process.id)
    }
  }

  /// Signals go out under the lock, because after the collection the number may be somebody else's.
  private func perform(_ event: (inout StopLadder, Instant) -> [StopLadder.Action]) {
    let now = timeline.now
    let timers: [Instant] = state.withLock { state in
      guard !state.isCollected else { return [] }
      return event(&state.ladder, now).compactMap(send)
    }
    for instant in timers {
      timeline.schedule(at: instant) { [weak self] in self?.perform { ladder, now in ladder.wake(at: now) } }
    }
  }

  /// A program that was halted could not hear a polite request, hence the CONT.
  private func send(_ action: StopLadder.Action) -> Instant? {
    guard case .signal(let signal) = action else {
      if case .wake(let instant) = action { return instant }
      return nil
    }
    System.signal(group: process.id, signal.rawValue)
    if signal != .kill { System.signal(group: process.id, ProgramSignal.resume.rawValue) }
    return nil
  }
}
