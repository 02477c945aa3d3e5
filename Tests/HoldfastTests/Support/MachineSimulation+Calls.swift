@testable import Holdfast

/// What tests do.
extension MachineSimulation {
  func begin() { tell { $0.begin(at: $1) } }
  func stop() { tell { $0.stop(.requested, at: $1) } }
  func hurry() { tell { $0.hurry(at: $1) } }

  func tell(_ event: (inout SupervisorMachine, Instant) -> Void) {
    event(&machine, now)
    perform()
    settle()
  }

  /// A call with a token; the code of the error when it is refused.
  @discardableResult
  func call(
    _ event: (inout SupervisorMachine, ReplyToken, Instant) throws(SupervisorError) -> Void
  ) -> SupervisorError.Code? {
    tokens += 1
    do throws(SupervisorError) {
      try event(&machine, tokens, now)
    } catch {
      return error.code
    }
    replies[tokens, default: []] = []
    note("call")
    perform()
    settle()
    return nil
  }

  @discardableResult
  func add(_ child: Child) -> SupervisorError.Code? {
    call { machine, token, now throws(SupervisorError) in try machine.add(child, token, at: now) }
  }

  @discardableResult
  func terminate(_ id: String) -> SupervisorError.Code? {
    call { machine, token, now throws(SupervisorError) in try machine.terminate(id, token, at: now) }
  }

  @discardableResult
  func restart(_ id: String) -> SupervisorError.Code? {
    call { machine, token, now throws(SupervisorError) in try machine.restart(id, token, at: now) }
  }

  @discardableResult
  func delete(_ id: String) -> SupervisorError.Code? {
    let code = call { machine, _, now throws(SupervisorError) in try machine.delete(id, at: now) }
    replies[tokens] = nil
    return code
  }

  @discardableResult
  func skip(_ id: String) -> SupervisorError.Code? {
    let code = call { machine, _, now throws(SupervisorError) in try machine.skipDelay(of: id, at: now) }
    replies[tokens] = nil
    return code
  }

  /// Ends the live generation of a child by itself.
  func end(_ id: String, _ exit: Exit = .failed(Crash())) {
    guard let reference = live.first(where: { $0.value.id == id && !$0.value.isAbandoned })?.key else { return }
    schedule(.ended(reference, exit), after: .zero)
    settle()
  }

  func beat(_ id: String) {
    guard let slot = machine.children.slot(of: id) else { return }
    machine.childBeat(machine.reference(slot), at: now)
  }

  func advance(by duration: Duration) { advance(to: now.advanced(by: duration)) }

  func advance(to end: Instant) {
    while let next = nextInstant, next <= end {
      now = max(now, next)
      step()
    }
    now = max(now, end)
  }

  /// Lets everything that is due now happen.
  func settle() { advance(to: now) }
}
