public import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A view of one program across its generations: its process, its last exit, its output; and a way to signal it.
public final class ProgramMonitor: Sendable {
  /// What is known of a program at one moment.
  public struct Status: Sendable, Hashable {
    /// The main process, while there is one.
    public internal(set) var process: Int32?
    /// When it was started.
    public internal(set) var startedAt: Date?
    /// The generation that runs, or ran last; 0 before the first.
    public internal(set) var generation = 0
    /// Whether the generation that runs was found ready.
    public internal(set) var isReady = false
    /// How the generation before ended.
    public internal(set) var lastExit: ProgramExit?
    /// When it ended.
    public internal(set) var endedAt: Date?
    /// What it used.
    public internal(set) var lastUsage: ProgramUsage?
    /// Why the last start failed; nil when it did not.
    public internal(set) var startError: ProgramError?
  }

  private struct State {
    var status = Status()
    var running: RunningProgram?
  }

  /// What the program writes.
  public let log: ProgramLog
  private let state = Mutex(State())

  /// A monitor for a program with these logs.
  public init(_ logs: ProgramLogOptions = ProgramLogOptions(), timeline: any Timeline = .system) {
    log = ProgramLog(logs, timeline: timeline)
  }

  /// What is known now.
  public var status: Status { state.withLock { $0.status } }

  /// Sends a signal to the program's whole process group.
  ///
  /// - Throws: ``ProgramError`` with the code ``ProgramError/Code/notRunning``.
  public func send(_ signal: ProgramSignal, as name: String = "program") throws(ProgramError) {
    guard state.withLock({ $0.running })?.send(signal) ?? false else {
      throw ProgramError(.notRunning, name, "there is no process to send \(signal) to", advice: "start it first")
    }
  }

  func started(_ running: RunningProgram, generation: Int, at time: Date) {
    state.withLock { state in
      state.running = running
      state.status.process = running.process.id
      state.status.startedAt = time
      state.status.generation = generation
      state.status.isReady = false
      state.status.startError = nil
    }
  }

  func failedToStart(_ error: ProgramError, generation: Int) {
    state.withLock { state in
      state.status.generation = generation
      state.status.startError = error
    }
  }

  func becameReady() {
    state.withLock { $0.status.isReady = $0.running != nil }
  }

  func ended(_ exit: ProgramExit, _ usage: ProgramUsage?, at time: Date) {
    state.withLock { state in
      state.running = nil
      state.status.process = nil
      state.status.isReady = false
      state.status.lastExit = exit
      state.status.lastUsage = usage
      state.status.endedAt = time
    }
  }
}
