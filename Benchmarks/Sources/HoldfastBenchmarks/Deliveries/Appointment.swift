import Foundation
import Holdfast
import Synchronization

/// A message that only has to be handled at its time.
struct Appointment: Job {
  static let kind = "appointment"
  var key: String?
  var executionKey: String? { key }
}

/// Notes when each appointment's handler began: milliseconds after its due time, by the wall clock.
final class Doorbell: Sendable {
  let lateness = Samples()
  private let order = Mutex<[String: [WallTime]]>([:])

  var handler: JobHandler {
    JobHandler.delivering(Appointment.self) { [self] message, delivery in
      lateness.add(Double(Clock.wallNanoseconds - delivery.due.microseconds * 1000) / 1e6)
      if let key = message.key { order.withLock { $0[key, default: []].append(delivery.due) } }
    } responded: { _, _ in
      .done
    }
  }

  /// Whether each key's appointments began in the order in which they were due.
  var isOrdered: Bool {
    order.withLock { $0.values.allSatisfy { dues in zip(dues, dues.dropFirst()).allSatisfy { $0 <= $1 } } }
  }
}

extension Clock {
  static var wallNanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension JobBed {
  /// Stores appointments, ten thousand in a transaction.
  func appoint(_ count: Int, _ due: (Int) -> WallTime, key: (Int) -> String? = { _ in nil }) async throws {
    for start in stride(from: 0, to: count, by: appointments) {
      let drafts = try (start..<min(count, start + appointments)).map { number in
        var options = JobOptions()
        options.start = .at(due(number))
        return try queue.draft(for: Appointment(key: key(number)), options: options)
      }
      try await queue.enqueue(drafts)
    }
  }
}

/// Appointments in one transaction.
private let appointments = 10_000
