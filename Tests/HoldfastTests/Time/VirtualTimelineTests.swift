import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct VirtualTimelineTests {
  private let time = VirtualTimeline()

  @Test func `timers fire in order, each at its own instant`() {
    let journal = Record<String>()
    for delay in [30, 10, 20] {
      time.schedule(at: Instant(nanoseconds: Int64(delay))) { [time] in
        journal.add("\(delay) at \(time.now.nanoseconds)")
      }
    }
    #expect(time.nextDue == Instant(nanoseconds: 10))
    time.advance(to: Instant(nanoseconds: 25))
    #expect(journal.all == ["10 at 10", "20 at 20"])
    #expect(time.now.nanoseconds == 25)
    #expect(time.sleepers == 1)
  }

  @Test func `a timer that a timer sets fires in the same advance when it is due`() {
    let journal = Record<String>()
    time.schedule(at: Instant(nanoseconds: 10)) { [time] in
      time.schedule(at: Instant(nanoseconds: 15)) { journal.add("inner at \(time.now.nanoseconds)") }
    }
    time.advance(by: .nanoseconds(20))
    #expect(journal.all == ["inner at 15"])
  }

  @Test func `what is due already fires at once, and a cancelled timer never`() {
    let journal = Record<String>()
    time.advance(by: .seconds(1))
    time.schedule(at: .zero) { journal.add("past") }
    #expect(journal.all == ["past"])
    let token = time.schedule(at: time.now.advanced(by: .seconds(1))) { journal.add("never") }
    time.cancel(token)
    time.advance(by: .seconds(5))
    #expect(journal.all == ["past"])
  }

  @Test func `the wall clock steps by itself, and moves on with the monotonic one`() {
    let before = time.wall
    time.stepWall(by: .seconds(-3600))
    #expect(time.now == .zero)
    time.advance(by: .seconds(10))
    #expect(time.wall.timeIntervalSince(before) == -3590)
  }

  @Test func `a sleeper is waited for, and woken at its time`() async throws {
    let time = time
    let sleeper = Task { try await time.sleep(for: .seconds(5)) }
    await time.waitForSleepers(1)
    time.advance(by: .seconds(5))
    try await sleeper.value
    #expect(time.sleepers == 0)
  }

  @Test func `a cancelled sleep throws at once and leaves no timer`() async {
    let time = time
    let sleeper = Task { try await time.sleep(for: .seconds(5)) }
    await time.waitForSleepers(1)
    sleeper.cancel()
    await #expect(throws: CancellationError.self) { try await sleeper.value }
    #expect(time.sleepers == 0)
  }

  @Test func `a real timer overtakes the one that is slept for, and does not come early`() async {
    let timeline = SystemTimeline.shared
    let later = timeline.schedule(at: timeline.now.advanced(by: .seconds(3600))) { Issue.record("an hour too early") }
    defer { timeline.cancel(later) }
    let due = timeline.now.advanced(by: .milliseconds(5))
    let fired = await withCheckedContinuation { continuation in
      timeline.schedule(at: due) { continuation.resume(returning: timeline.now) }
    }
    #expect(fired >= due)
  }

  #if os(Linux)
    @Test func `a kernel timer that is set anew is due by the new time, also when that has passed`() async throws {
      let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
      let timer = try #require(KernelTimer { continuation.yield() })
      var times = stream.makeAsyncIterator()
      for delay in [Duration.seconds(-1), .zero, .milliseconds(1)] {
        timer.set(in: .seconds(3600))
        timer.set(in: delay)
        #expect(await times.next() != nil)
      }
    }
  #endif

  @Test func `real time fires in order and after its instant`() async throws {
    let start = SystemTimeline.shared.now
    try await SystemTimeline.shared.sleep(for: .milliseconds(5))
    #expect(start.duration(to: SystemTimeline.shared.now) >= .milliseconds(5))
  }

  @Test(arguments: [
    (Duration.seconds(Int64.max), Int64.max), (.seconds(Int64.min), .min), (.nanoseconds(-1), -1), (.zero, 0),
  ]) func `durations saturate at the ends of an instant`(duration: Duration, expected: Int64) {
    #expect(Instant.zero.advanced(by: duration).nanoseconds == expected)
    #expect(Instant.distantFuture.advanced(by: .seconds(1)) == .distantFuture)
  }
}
