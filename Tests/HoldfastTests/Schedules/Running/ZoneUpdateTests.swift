import Foundation
import HoldfastTesting
import Testing

@testable import Holdfast

/// An update of the time zone data, with files that really change (SC24).
@Suite(.timeLimit(.minutes(1))) struct ZoneUpdateTests {
  private let fixture = SchedulerFixture()
  /// Known to nobody else: what was read is kept for the whole process.
  private let town = "Town-\(UUID().uuidString)"
  private let folder = FileManager.default.temporaryDirectory.appending(path: "zones-\(UUID().uuidString)").path

  /// What the town's clocks show from now on: those of a region of the system.
  private func update(to region: String) throws {
    let system = try #require(ZoneFolder.system)
    let data = try #require(FileManager.default.contents(atPath: "\(system.path)/\(region)"))
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try data.write(to: URL(filePath: folder).appending(path: town), options: .atomic)
  }

  /// Noon in a town that follows London at first.
  private func withTown(_ body: () async throws -> Void) async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await ZoneFolder.$current.withValue(ZoneFolder(path: folder)) {
      try update(to: "Europe/London")
      Zone.reload()
      try await fixture.schedules.put(try schedule("0 12 * * * in \(town)") { $0.overlap = .allowAll })
      #expect(try await fixture.schedules.get("s")?.next == moment("12:00"))
      try await body()
    }
    Zone.reload()
  }

  @Test("SC24 data that changed while nobody ran moves the next time at the start, and it fires by the new data")
  func whileDown() async throws {
    try await withTown {
      try update(to: "Europe/Berlin")
      try await fixture.running { _, events in
        await events.wait(for: "s: moved 12:00 11:00")
        fixture.advance(to: "11:00")
        await events.wait(for: "s: fired 11:00")
        fixture.advance(to: "12:00")
      }
      #expect(try await fixture.history() == ["created", "moved 12:00 11:00", "fired 11:00"])
      #expect(try await fixture.schedules.get("s")?.next == moment("2026-03-11T11:00:00Z"))
    }
  }

  @Test("SC24 data that changes while a scheduler runs is read within a day, and the next time is by it")
  func whileRunning() async throws {
    try await withTown {
      try await fixture.running { _, events in
        fixture.advance(to: "12:00")
        await events.wait(for: "s: fired 12:00")
        try update(to: "Europe/Berlin")
        fixture.advance(to: "2026-03-11T10:30:00Z")
        await events.wait(for: "s: moved 12:00 11:00")
        fixture.advance(to: "2026-03-11T11:00:00Z")
        await events.wait(for: "s: fired 11:00")
      }
      #expect(try await fixture.history() == ["created", "fired 12:00", "moved 12:00 11:00", "fired 11:00"])
    }
  }

  @Test("SC24 a time of the day that has fired does not fire again when new data makes it later on the same day")
  func firedAlready() async throws {
    try await withTown {
      try await fixture.schedules.put(try schedule("0 9-12 * * * in \(town)") { $0.overlap = .allowAll })
      try await fixture.running { _, events in
        fixture.advance(to: "11:00")
        await events.wait(for: "s: fired 11:00")
        fixture.advance(to: "11:30")
      }
      // Eleven has come, and comes again at 15:00 UTC; twelve has not.
      try update(to: "America/New_York")
      try await fixture.running { _, events in
        await events.wait(for: "s: moved 12:00 16:00")
        fixture.advance(to: "16:00")
        await events.wait(for: "s: fired 16:00")
      }
      let jobs = try await fixture.jobs()
      #expect(jobs == ["11", "16"].map { "schedule/s/2026-03-10T\($0):00:00Z" })
    }
  }

  @Test("SC24 what new data moves back and forth is decided once", arguments: ["Europe/Berlin", "Europe/London"])
  func back(region: String) async throws {
    try await withTown {
      try await fixture.running { _, events in
        fixture.advance(to: "12:00")
        await events.wait(for: "s: fired 12:00")
      }
      try update(to: "America/New_York")
      try await fixture.running { _, _ in fixture.advance(to: "13:00") }
      try update(to: region)
      try await fixture.running { _, events in
        fixture.advance(to: "2026-03-11T12:00:00Z")
        await events.wait(for: "s: fired \(region == "Europe/London" ? "12:00" : "11:00")")
      }
      #expect(try await fixture.jobs().count == 2)
    }
  }
}
