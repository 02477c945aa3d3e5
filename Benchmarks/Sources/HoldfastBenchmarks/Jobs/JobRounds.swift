import Holdfast

/// The rounds that several parts make, each giving a rate per second; sized for the disk, like the raw limits'.
struct JobRounds {
  let bed: JobBed
  let pace: Pace

  /// Calls one by one, each of which returns after its commit.
  func enqueue(callers: Int) async throws -> Double {
    let count = callers * pace.transactions
    return try await rate(min(count, 60_000)) { try await bed.enqueue($0, callers: callers) }
  }

  func bulk() async throws -> Double {
    try await rate(60_000) { try await bed.enqueueInBulk($0) }
  }

  /// From before the first enqueue until the last end is committed, the runner at work meanwhile.
  func lives(producers: Int = 64) async throws -> Double {
    let count = min(60_000, producers * max(20, pace.transactions / 2))
    let goal = bed.ran.number + count
    return try await rate(count) {
      try await bed.enqueue($0, callers: producers)
      await bed.ran.reaches(goal)
      try await bed.settles()
    }
  }

  /// Work that is there already: claims, runs and ends.
  func drain(_ count: Int) async throws -> Double {
    try await bed.enqueueInBulk(count)
    let goal = bed.ran.number + count
    return try await bed.serving {
      try await rate(count) { _ in
        await bed.ran.reaches(goal)
        try await bed.settles()
      }
    }
  }

  private func rate(_ count: Int, _ body: (Int) async throws -> Void) async throws -> Double {
    Double(count) / (try await microseconds { try await body(count) } / 1e6)
  }
}
