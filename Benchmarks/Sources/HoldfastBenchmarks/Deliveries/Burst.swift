import Foundation
import Holdfast

/// 50,000 deliveries that are due in the same millisecond, a tenth of them over 100 keys.
struct Burst {
  private static let count = DeliveriesSuite.isBrief ? 5000 : 50_000

  func run() async throws {
    let bed = try await JobBed()
    let bell = Doorbell()
    let due = WallTime(Date()).advanced(by: .seconds(DeliveriesSuite.isBrief ? 2 : 8))
    try await bed.appoint(
      Self.count, { due.advanced(by: .microseconds($0 % 1000)) },
      key: { $0.isMultiple(of: 10) ? "key-\($0 / 10 % 100)" : nil })
    try await bed.serving(handlers: [bell.handler]) { await bell.lateness.reaches(Self.count) }
    let late = bell.lateness.take()
    let what = "\(Self.count) deliveries due in one millisecond"
    try Result(
      suite: DeliveriesSuite.suite, "\(what), until the last has started", (late.max() ?? .nan) / 1000, "s", runs: 1,
      target: .atMost(2)
    ).emit()
    try Result(
      suite: DeliveriesSuite.suite, "\(what), keys out of due order", bell.isOrdered ? 0 : 1, "", runs: 1,
      target: .atMost(0)
    ).emit()
    try await bed.end()
  }
}
