import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// Whatever happens to schedules, schedulers and the store: each nominal time is in the history exactly once.
@Suite(.timeLimit(.minutes(10))) struct SchedulePropertyTests {
  static let rules = ["*/7 * * * *", "*/5 * * * *", "0 * * * *", "@every 11m"]

  /// What a run was made of.
  private struct World {
    let fixture = SchedulerFixture()
    let store: FaultyStore
    var random: SplitMix64
    /// Each version of the schedule, in the order of the history's `created` and `edited`.
    var versions: [Schedule] = []

    init(seed: UInt64) {
      store = FaultyStore(fixture.store)
      random = SplitMix64(seed: seed)
    }
  }

  @Test("SC4 SC23 TM7 each nominal time is decided exactly once", arguments: 0..<12)
  func exactlyOnce(_ run: Int) async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var world = World(seed: seed)
    try await put(&world)
    for _ in 0..<6 {
      try await world.fixture.running(world.store) { _, _ in
        for _ in 0..<5 { try await disturb(&world) }
        world.store.heal()
      }
      world.fixture.time.advance(by: .seconds(Int64.random(in: 0...15_000, using: &world.random)))
    }
    try await settle(world)
    try await check(world, "seed \(seed)")
  }

  private func put(_ world: inout World) async throws {
    var given = try schedule(Self.rules.randomElement(using: &world.random) ?? "")
    given.misfire =
      [.latest(), .all(), .earliest(within: .seconds(1200)), .skip()].randomElement(using: &world.random) ?? .all()
    given.overlap = ScheduleOverlap.allCases.randomElement(using: &world.random) ?? .skip
    given.jitter = .seconds(Int64.random(in: 0...1, using: &world.random) * 100)
    let before = try await world.fixture.schedules.get("s")?.schedule
    try await world.fixture.schedules.put(given)
    if given != before { world.versions.append(given) }
  }

  private func disturb(_ world: inout World) async throws {
    let fixture = world.fixture
    switch Int.random(in: 0..<6, using: &world.random) {
    case 0: try await put(&world)
    case 1: try await fixture.schedules.pause("s")
    case 2: try await fixture.schedules.resume("s")
    case 3:
      let operation: FaultyStore.Operation = Bool.random(using: &world.random) ? .record : .read
      let times = Int.random(in: 1...3, using: &world.random)
      world.store.fail(operation, with: StoreError(.unavailable, store: "faulty", "away"), times: times)
    case 4: fixture.time.stepWall(by: .seconds(Int64.random(in: -4000...4000, using: &world.random)))
    default: break
    }
    fixture.time.advance(by: .seconds(Int64.random(in: 0...3000, using: &world.random)))
    for _ in 0..<Int.random(in: 0..<20, using: &world.random) { await Task.yield() }
  }

  /// Lets a scheduler decide everything up to now; a second schedule shows when it has.
  private func settle(_ world: World) async throws {
    let fixture = world.fixture
    try await fixture.schedules.resume("s")
    try await fixture.running(world.store) { _, events in
      try await fixture.schedules.put(try schedule("@every 1m", name: "end"))
      while !events.words.contains(where: { $0.hasPrefix("end: ") }) {
        fixture.time.advance(by: .seconds(1))
        await Task.yield()
      }
    }
  }

  /// Walks through the history: what it tells of must follow on without a hole and without anything twice.
  private func check(_ world: World, _ comment: Comment) async throws {
    let events = try await world.fixture.schedules.history(of: "s", limit: 10_000).reversed()
    var (version, current) = (0, world.versions[0])
    var cursor = try #require(events.first).at
    for event in events {
      if let range = event.occurrences {
        #expect(current.rule.next(after: cursor) == range.first, comment)
        #expect(current.rule.count(after: cursor, through: range.last) == range.count, comment)
        cursor = range.last
      }
      let new: Schedule
      switch event.kind {
      case .edited:
        version += 1
        new = try #require(world.versions.count > version ? world.versions[version] : nil)
      case .resumed: new = current
      default: continue
      }
      if event.kind == .resumed || new.rule != current.rule || new.jitter != current.jitter {
        // Nothing that was due is left behind.
        #expect((current.rule.next(after: cursor) ?? .distantFuture) > event.at, comment)
        cursor = max(cursor, event.at)
      }
      current = new
    }
    #expect(try await world.fixture.schedules.get("s")?.cursor == cursor, comment)
    #expect(version == world.versions.count - 1, comment)
  }
}
