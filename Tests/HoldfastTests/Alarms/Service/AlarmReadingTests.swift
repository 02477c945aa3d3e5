import Foundation
import Holdfast
import Synchronization
import Testing

/// Reading alarms from many threads while they change.
@Suite(.timeLimit(.minutes(10))) struct AlarmReadingTests {
  private let fixture = AlarmsFixture()

  /// What the threads of a test share.
  private final class Readers: Sendable {
    let begun = Atomic(0)
    let contradictions = Atomic(0)
    let done = DispatchGroup()
  }

  @Test(
    "AL14 eight threads that read without a pause hold up nothing; what does not change is no event, what is forgotten is"
  )
  func readers() async throws {
    let ids = try (0..<32).map { try AlarmID("net.down", "eth\($0)") }
    let (input, copy) = (try AlarmID("net.down", "eth0"), try AlarmID("copy"))
    try await fixture.running(fixture.rules(AlarmRule("copy", when: "net.down(eth0)"))) { alarms in
      let recorder = AlarmRecorder(alarms.events(matching: try AlarmPattern(parsing: "net.down(*)")))
      let readers = Readers()
      for _ in 0..<8 {
        readers.done.enter()
        Thread.detachNewThread {
          readers.begun.add(1, ordering: .relaxed)
          for number in 0..<20_000 {
            guard number % 100 == 0 else { _ = alarms.state(of: ids[number % ids.count]); continue }
            let states = alarms.states(of: [input, copy])
            if (states[0] == .set) != (states[1] == .set) { readers.contradictions.add(1, ordering: .relaxed) }
          }
          readers.done.leave()
        }
      }
      while readers.begun.load(ordering: .relaxed) == 0 { await Task.yield() }
      for id in ids {
        for _ in 0..<3 { try await alarms.set(id, "no carrier") }
        for _ in 0..<3 { try await alarms.clear(id) }
        try await alarms.forget(id)
      }
      let last = "\(ids[31]) forgotten"
      await recorder.wait(for: last)
      await withCheckedContinuation { continuation in readers.done.notify(queue: .global()) { continuation.resume() } }
      #expect(readers.contradictions.load(ordering: .relaxed) == 0)
      #expect(recorder.all == ids.flatMap { id in ["raised", "cleared", "forgotten"].map { "\(id) \($0)" } })
      #expect(alarms.states(of: ids) == ids.map { _ in .unknown })
    }
  }
}
