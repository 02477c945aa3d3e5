import Foundation
import Synchronization

/// Figures from many tasks.
final class Samples: Sendable {
  private let count = Count()
  private let values = Mutex([Double]())

  func add(_ value: Double) {
    values.withLock { $0.append(value) }
    count.add()
  }

  /// Waits until so many were added since the beginning.
  func reaches(_ goal: Int) async { await count.reaches(goal) }

  func take() -> [Double] {
    values.withLock { values in
      defer { values = [] }
      return values
    }
  }
}

enum Clock {
  /// Monotonic time.
  static var nanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
