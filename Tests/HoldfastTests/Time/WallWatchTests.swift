import Foundation
import HoldfastTesting
import Synchronization
import Testing

@testable import Holdfast

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.timeLimit(.minutes(10))) struct WallWatchTests {
  // They listen for good, as that of the process does.
  private static let unwatched = WallSteps()
  private static let steps = WallSteps()

  @Test func `a step of a virtual wall clock is told to whoever watches, until the watch ends`() {
    let time = VirtualTimeline()
    let seen = Mutex<[WallTime]>([])
    let begin = time.wallTime
    let watch = time.watchWall { [time] in seen.withLock { $0.append(time.wallTime) } }
    var other: Watch? = time.watchWall { seen.withLock { $0.append(.distantPast) } }
    time.stepWall(by: .seconds(5))
    #expect(Set(seen.withLock { $0 }) == [.distantPast, begin.advanced(by: .seconds(5))])
    other = nil
    time.advance(by: .seconds(1))
    time.stepWall(by: .seconds(-10))
    #expect(seen.withLock { $0.count } == 3)
    #expect(seen.withLock { $0.last } == begin.advanced(by: .seconds(-4)))
    watch.cancel()
    time.stepWall(by: .seconds(1))
    #expect(seen.withLock { $0.count } == 3)
    _ = other
  }

  #if os(Linux)
    @Test func `the kernel is asked from the first watch on`() {
      let steps = Self.unwatched
      #expect(!steps.isListening)
      steps.watch {}.cancel()
      #expect(steps.isListening)
    }

    @Test("TM7 a setting of the system's clock is told", .enabled(if: mayTouchClock))
    func realStep() async {
      let steps = Self.steps
      for _ in 0..<3 {
        await withCheckedContinuation { continuation in
          let first = Mutex(true)
          let watch = Mutex<Watch?>(nil)
          watch.withLock {
            $0 = steps.watch {
              guard
                first.withLock({ isFirst in
                  defer { isFirst = false }; return isFirst
                })
              else { return }
              watch.withLock { $0 }?.cancel()
              continuation.resume()
            }
          }
          Self.touchClock()
        }
      }
    }
  #endif
}

#if os(Linux)
  extension WallWatchTests {
    /// Whether the process may set the clock; it sets it to what it shows.
    static let mayTouchClock = touchClock()

    @discardableResult
    static func touchClock() -> Bool {
      var now = timespec()
      return unsafe clock_gettime(CLOCK_REALTIME, &now) == 0 && clock_settime(CLOCK_REALTIME, &now) == 0
    }
  }
#endif
