import Dispatch
import Synchronization
import Testing

@testable import HoldfastSQLite

/// Who makes the next commit.
@Suite final class CommitInboxTests {
  private var inbox = CommitInbox()
  private let start = DispatchTime(uptimeNanoseconds: 1_000_000_000)

  private func time(_ milliseconds: Int) -> DispatchTime { start + .milliseconds(milliseconds) }

  private func add(mayLead: Bool = true) -> CommitInbox.Admission {
    let operation = CommitInbox.Operation(mayLead: mayLead) { _, _ in
    } conclude: { _ in
    }
    return inbox.add(operation, at: start)
  }

  private func wake() -> Bool { inbox.wake() }

  private func wake(by time: DispatchTime) -> Bool { inbox.wake(by: time) }

  private func close() -> Bool { inbox.close() }

  private func ended(after milliseconds: Int = 0) -> Bool { inbox.ended(at: time(milliseconds)) }

  /// The thread makes a commit of what is there, sleeps again, and the next operation may be led if it was quick.
  private func commit(taking milliseconds: Int = 0, latecomers: Int = 0) {
    guard case .batch = inbox.take(at: start) else { return _ = Issue.record("there is nothing to commit") }
    for _ in 0..<latecomers { #expect(add() == .waits) }
    let came = inbox.latecomers()
    #expect(came.count == latecomers)
    #expect(!ended(after: milliseconds))
    sleep()
  }

  private func sleep() {
    guard case .wait(.distantFuture) = inbox.take(at: start) else { return _ = Issue.record("there is more to do") }
  }

  /// The thread has made a quick commit for one caller.
  private func becomeQuiet() {
    sleep()
    #expect(add() == .rings)
    commit()
  }

  @Test func `the first operation wakes the thread, the next one waits for it`() {
    sleep()
    #expect(add() == .rings)
    #expect(add() == .waits)
    guard case .batch(let operations, isWoken: false) = inbox.take(at: start) else { return _ = Issue.record() }
    #expect(operations.count == 2)
  }

  @Test func `a caller alone makes the commit after a quick one`() {
    becomeQuiet()
    for _ in 0..<3 {
      #expect(add() == .leads(isWoken: false))
      #expect(!ended())
    }
  }

  @Test func `what comes while a caller makes a commit wakes the thread when that is over`() {
    becomeQuiet()
    _ = add()
    #expect(add() == .waits)
    #expect(!wake())
    #expect(ended())
    guard case .batch(let operations, isWoken: true) = inbox.take(at: start) else { return _ = Issue.record() }
    #expect(operations.count == 1)
  }

  @Test func `a thread that wakes while a caller makes a commit waits for its end`() {
    becomeQuiet()
    _ = add()
    _ = add()
    sleep()
    #expect(ended())
  }

  enum Hindrance: CaseIterable { case slow, company, large, wish }

  @Test(arguments: Hindrance.allCases)
  func `nobody leads after a slow commit, in company, with much to do, or where the thread is wanted`(
    _ hindrance: Hindrance
  ) {
    becomeQuiet()
    if hindrance == .wish { #expect(wake()) }
    if hindrance == .slow || hindrance == .company {
      #expect(add(mayLead: false) == .rings)
      commit(taking: hindrance == .slow ? 1 : 0, latecomers: hindrance == .company ? 1 : 0)
    }
    let expected = hindrance == .wish ? CommitInbox.Admission.waits : .rings
    #expect(add(mayLead: hindrance != .large) == expected)
  }

  @Test func `one caller waits for a disk that stalls, the next one leaves it to the thread`() {
    becomeQuiet()
    #expect(add() == .leads(isWoken: false))
    #expect(!ended(after: 500))
    #expect(add() == .rings)
    commit()
    #expect(add() == .leads(isWoken: false))
  }

  @Test func `a wish that may wait goes along with whoever leads, and is not lost when that fails`() {
    becomeQuiet()
    #expect(wake(by: time(20)))
    guard case .wait(until: time(20)) = inbox.take(at: start) else { return _ = Issue.record() }
    #expect(add() == .leads(isWoken: true))
    #expect(!wake())
    #expect(ended())
    guard case .batch(let operations, isWoken: true) = inbox.take(at: start) else { return _ = Issue.record() }
    #expect(operations.isEmpty)
  }

  @Test func `closing waits for whoever leads, and then for what has come`() {
    becomeQuiet()
    _ = add()
    #expect(add() == .waits)
    #expect(!close())
    #expect(add() == .refused)
    #expect(ended())
    guard case .batch = inbox.take(at: start) else { return _ = Issue.record() }
    _ = ended()
    guard case .over = inbox.take(at: start) else { return _ = Issue.record() }
  }
}
