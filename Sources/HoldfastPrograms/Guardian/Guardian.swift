import CHoldfastPrograms
import Dispatch
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A small process that ends every program when this process dies, however it dies.
///
/// It is this executable once more, taken over before `main` (guardian.c), holding one end of a socket. The end of the
/// socket is the end of us: then it kills every group it was told of, and everything that carries our tag. It is
/// started with the first program and again whenever it dies; programs do not notice.
final class Guardian: Sendable {
  static let shared = Guardian()

  private struct Link {
    let socket: Descriptor
    let process: Process
    let since = ContinuousClock.now
  }

  private struct State {
    var groups: Set<Int32> = []
    var link: Link?
    var report: @Sendable (String) -> Void = { _ in }
    var restartPending = false
    var hasComplained = false
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "holdfast.guardian")

  /// The guardian's process id while there is one.
  var process: Int32? { state.withLock { $0.link?.process.id } }

  /// Who hears of a guardian that died or cannot be started.
  func report(to report: @escaping @Sendable (String) -> Void) {
    state.withLock { $0.report = report }
  }

  /// Starts the guardian if there is none; only on the ``SpawnThread``.
  func start() {
    guard state.withLock({ $0.link == nil && !$0.restartPending }) else { return }
    launch()
  }

  /// Has a group killed when we die.
  func add(_ group: Int32) {
    state.withLock { state in
      state.groups.insert(group)
      Self.send(HF_GUARD_ADD, group, state.link)
    }
  }

  /// Forgets a group that is gone.
  func remove(_ group: Int32) {
    state.withLock { state in
      state.groups.remove(group)
      Self.send(HF_GUARD_REMOVE, group, state.link)
    }
  }

  // A guardian that does not listen is as good as dead: ended, it is noticed and replaced.
  private static func send(_ action: hf_guard, _ group: Int32, _ link: Link?) {
    guard let link, hf_guardian_send(link.socket.number, action, group) != 0 else { return }
    System.signal(group: link.process.id, ProgramSignal.kill.rawValue)
  }
}

extension Guardian {
  private func launch() {
    do {
      let link = try makeLink()
      let isReplacement = state.withLock { state in
        state.link = link
        for group in state.groups { Self.send(HF_GUARD_ADD, group, link) }
        defer { state.hasComplained = false }
        return state.hasComplained
      }
      if isReplacement { state.withLock { $0.report }("the guardian runs again") }
      link.process.whenEnded(on: queue) { [self] in SpawnThread.shared.add { self.lost(link.process.id) } }
    } catch {
      complain("cannot be started: \(error)")
    }
  }

  private func makeLink() throws(SystemError) -> Link {
    var ours: Int32 = -1
    var theirs: Int32 = -1
    let error = unsafe hf_guardian_sockets(&ours, &theirs)
    guard error == 0 else { throw SystemError(code: error) }
    let (socket, other) = (Descriptor(ours), Descriptor(theirs))
    let null = try Descriptor.null()
    switch Self.plan.start(Streams(input: other, output: null, error: null)) {
    case .failure(let failure): throw failure.error
    case .success(let process): return Link(socket: socket, process: process)
    }
  }

  /// Without the tag of a supervisor above us, which must not kill our guardian before it has done its work.
  private static var plan: Launch {
    let variables = ProcessInfo.processInfo.environment.filter { $0.key != ProcessTag.variable }
    let entries = variables.map { "\($0.key)=\($0.value)" } + ["\(HF_GUARDIAN_VARIABLE)=\(ProcessTag.tree)"]
    var plan = Launch(candidates: ["/proc/self/exe"], arguments: ["holdfast-guardian"], environment: entries)
    plan.directory = "/"
    plan.newSession = true
    plan.diesWithParent = false
    return plan
  }

  private func lost(_ process: Int32) {
    Children.shared.collect(process)
    guard let link = state.withLock({ $0.link.take() }) else { return }
    complain("died")
    restart(after: link.since.duration(to: .now) < .seconds(1) ? .seconds(1) : .nanoseconds(0))
  }

  private func complain(_ problem: String) {
    let report = state.withLock { state in
      state.hasComplained = true
      return state.report
    }
    let risk = "until it runs again, what programs have started may outlive a sudden death of this process"
    report("the guardian \(problem); \(risk)")
  }

  /// Not more than once a second, so that a guardian that cannot live does not take the processor.
  private func restart(after delay: DispatchTimeInterval) {
    state.withLock { $0.restartPending = true }
    queue.asyncAfter(deadline: .now() + delay) {
      SpawnThread.shared.add { [self] in
        state.withLock { $0.restartPending = false }
        launch()
      }
    }
  }
}
