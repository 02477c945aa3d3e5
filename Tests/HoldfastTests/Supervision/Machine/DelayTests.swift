import Synchronization
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct DelayTests {
  typealias Act = MachineSimulation.Act

  /// DelayedOTP's f = 200·2ⁿ, noting the lifetimes it sees.
  private func doubling(reset: Duration? = nil, _ seen: Seen = Seen()) -> Backoff {
    .custom(initial: Duration.zero) { lifetime, last in
      seen.lifetimes.withLock { $0.append(lifetime) }
      if let reset, lifetime > reset { return (.zero, .zero) }
      let next = last == .zero ? Duration.milliseconds(200) : last * 2
      return (next, next)
    }
  }

  final class Seen: Sendable {
    let lifetimes = Mutex<[Duration]>([])
  }

  private func solo(_ backoff: Backoff, _ acts: [Act], seed: UInt64 = 1) -> MachineSimulation {
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a", backoff: backoff) { $0.startMayFail = true }], acts: ["a": acts], seed: seed)
    sim.begin()
    return sim
  }

  @Test(arguments: [(300, 1000), (1500, 1500)])
  func `D1 a minimum lifetime delays from the start of the child`(lives: Int, next: Int) {
    let backoff = Backoff.constant(.seconds(1)).delayingFirst().asMinimumLifetime()
    let sim = solo(backoff, [.crash(.milliseconds(lives)), .run])
    sim.advance(by: .seconds(10))
    #expect(sim.times("start a") == [0, next])
  }

  @Test func `D1 §3.2.14 after exit, the other meaning, delays from the end`() {
    let sim = solo(Backoff.constant(.seconds(1)).delayingFirst(), [.crash(.milliseconds(300)), .run])
    sim.advance(by: .seconds(10))
    #expect(sim.times("start a") == [0, 1300])
  }

  @Test func `D2 D6 D12 a child that never starts is tried at 0, 0, 200, 600, 1400 and 3000 ms`() {
    let sim = solo(doubling(), [.fail()])
    sim.advance(by: .milliseconds(6199))
    #expect(sim.times("start a") == [0, 0, 200, 600, 1400, 3000])
    #expect(sim.isGoingOn)
  }

  @Test func `D3 §3.2.4 the lifetime is real running time, without delays and on the monotonic clock`() {
    let seen = Seen()
    let backoff = Backoff.custom(initial: 0) { lifetime, count in
      seen.lifetimes.withLock { $0.append(lifetime) }
      return (.seconds(1), count)
    }
    let sim = solo(backoff, [.crash(.milliseconds(10))])
    sim.advance(by: .seconds(3))
    #expect(seen.lifetimes.withLock { Set($0) } == [.milliseconds(10)])
  }

  @Test func `D4 §3.2.10 each child has its own accumulator, gone when the child is deleted`() {
    let sim = MachineSimulation(.oneForOne, [.scripted("a", backoff: doubling()), .scripted("b", backoff: doubling())])
    sim.begin()
    for _ in 0..<3 {
      sim.end("a")
      sim.advance(by: .milliseconds(400))
    }
    sim.end("b")
    #expect(sim.phase("b") == .running)
    sim.terminate("a")
    sim.delete("a")
    sim.add(.scripted("a", backoff: doubling()))
    sim.end("a")
    #expect(sim.phase("a") == .running)
  }

  @Test func `D5 D7 resetting is the function's own business`() {
    let sim = solo(
      doubling(reset: .seconds(5)),
      [.fail(), .fail(), .fail(), .fail(), .fail(), .run, .fail(), .fail(), .fail(), .fail(), .run])
    sim.advance(by: .milliseconds(8100))
    #expect(sim.times("ready a") == [3000])
    sim.end("a")
    sim.advance(by: .seconds(10))
    // The healthy end waits what the end before it had asked for, and asks for nothing itself.
    #expect(sim.times("start a").filter { $0 > 3000 }.count == 5)
  }

  @Test func `D8 a transient child that returns is not delayed into a restart`() {
    let sim = MachineSimulation(
      .oneForOne, [.scripted("a", .transient, backoff: .constant(.seconds(1)).delayingFirst())])
    sim.begin()
    sim.end("a", .normal)
    #expect(sim.phase("a") == .finished)
  }

  @Test func `D9 a permanent child that returns waits as after a crash`() {
    let backoff = Backoff.constant(.seconds(1)).delayingFirst().asMinimumLifetime()
    let sim = solo(backoff, [.finish(.milliseconds(10)), .run])
    sim.advance(by: .seconds(5))
    #expect(sim.times("start a") == [0, 1000])
  }

  @Test func `D10 terminating a waiting child ends the delay at once`() {
    let sim = solo(Backoff.constant(.seconds(600)).delayingFirst(), [.run])
    sim.end("a")
    sim.terminate("a")
    #expect(sim.phase("a") == .stopped)
    sim.advance(by: .seconds(1000))
    #expect(sim.times("start a") == [0])
  }

  @Test func `a delay can be skipped, and then is over`() {
    let sim = solo(Backoff.constant(.seconds(600)).delayingFirst(), [.run])
    sim.end("a")
    #expect(sim.skip("a") == nil)
    sim.advance(by: .seconds(1000))
    #expect(sim.times("start a") == [0, 0])
  }

  @Test func `D15 §3.2.8 a waiting child says until when`() {
    let sim = solo(Backoff.constant(.seconds(60)).delayingFirst(), [.run])
    sim.end("a")
    let slot = sim.machine.children.slot(of: "a")
    #expect(slot.map { sim.machine.children[$0].deadline } == Instant.zero.advanced(by: .seconds(60)))
  }

  @Test func `D16 without a backoff a restart is immediate`() {
    let sim = solo(.none, [.run])
    for _ in 0..<5 { sim.end("a") }
    #expect(sim.times("start a") == Array(repeating: 0, count: 6))
  }

  @Test func `D17 a child added at run time obeys its delays`() {
    let sim = MachineSimulation(.oneForOne, [])
    sim.begin()
    sim.add(.scripted("a", backoff: .constant(.seconds(2)).delayingFirst()))
    sim.end("a")
    sim.advance(by: .seconds(5))
    #expect(sim.times("start a") == [0, 2000])
  }

  @Test func `§3.2.9 siblings stop before the delay, not after it`() {
    let sim = MachineSimulation(
      .oneForAll, [.scripted("a", backoff: .constant(.seconds(2)).delayingFirst()), .scripted("b")],
      acts: ["b": [.stops(.milliseconds(500)), .run]])
    sim.begin()
    sim.end("a")
    sim.advance(by: .seconds(5))
    #expect(sim.times("stop b") == [0])
    #expect(sim.times("start a") == [0, 2000])
    #expect(sim.times("start b") == [0, 2000])
  }

  @Test func `§3.2.11 a delay function that throws or goes negative costs the cap and is reported`() {
    let negative = solo(
      .custom(initial: 0, cap: .seconds(9)) { _, count in (.seconds(-1), count) }.delayingFirst(), [.run])
    negative.end("a")
    negative.advance(by: .seconds(10))
    #expect(negative.times("start a") == [0, 9000])
    #expect(negative.told("backoffFault", "a").count == 1)
    let throwing = solo(
      Backoff.custom(initial: 0, cap: .seconds(9)) { _, _ in throw MachineSimulation.Crash() }.delayingFirst(), [.run])
    throwing.end("a")
    throwing.advance(by: .seconds(10))
    #expect(throwing.times("start a") == [0, 9000])
    #expect(throwing.told("backoffFault", "a").count == 1)
  }

  @Test func `one timer stands for all waiting children, and the earliest counts`() {
    let children = (1...100).map { Child.scripted("c\($0)", backoff: .constant(.seconds($0)).delayingFirst()) }
    let sim = MachineSimulation(.oneForOne, children)
    sim.begin()
    for child in children { sim.end(child.id) }
    #expect(sim.machine.nextDeadline == Instant.zero.advanced(by: .seconds(1)))
    sim.advance(by: .seconds(50))
    #expect(sim.machine.children[.running] == 50)
    #expect(sim.machine.children[.waiting] == 50)
  }
}
