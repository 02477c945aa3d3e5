import Holdfast
import Testing

extension StoreFiles {
  /// Deliveries whose process is killed (SC7, TM13).
  @Suite struct DeliveryKillTests {
    @Test(arguments: [2, 9, 25]) func `SC7 attempts and changed messages survive kill -9, and none is lost`(
      lines: Int
    ) async throws {
      let folder = try StoreFolder()
      var handled: [String: [(attempt: Int, number: Int)]] = [:]
      var last = ""
      for round in 0..<4 {
        let process = try HostProcess("deliver", folder.file, "12", killedAfter: round < 3 ? lines : .max)
        for line in await process.finished() {
          last = line
          let words = line.split(separator: " ")
          guard words.count == 4, let attempt = Int(words[2]), let number = Int(words[3]) else { continue }
          handled[String(words[1]), default: []].append((attempt, number))
        }
      }
      #expect(last == "all")
      #expect(handled.count == 12)
      for (id, runs) in handled {
        // What was not acknowledged is repeated; what was is not.
        #expect(zip(runs, runs.dropFirst()).allSatisfy { $0.attempt <= $1.attempt }, "\(id): \(runs)")
        #expect(zip(runs, runs.dropFirst()).allSatisfy { $0.number <= $1.number }, "\(id): \(runs)")
        #expect(runs.first?.number == 1 && runs.last?.number == 3, "\(id): \(runs)")
      }
    }
  }
}
