/// What the language's runtime allows here and now: the floor under our figures.
struct Limits {
  func run() async throws {
    var spawns: [Double] = []
    for _ in 0..<5 { spawns.append(await Self.spawn(100_000)) }
    try Result(suite: Starts.suite, "limit: a bare task spawned and awaited", spawns.median, "µs", runs: 5).emit()
  }

  private static func spawn(_ count: Int) async -> Double {
    let time = await microseconds {
      for _ in 0..<count { await Task.detached {}.value }
    }
    return time / Double(count)
  }
}
