import Holdfast
import HoldfastSQLite

/// A message that is sent on with a higher number by each response.
struct Parcel: Job {
  static let kind = "parcel"
  static let policy = JobPolicy(maxAttempts: 1000, maxCrashes: 1000)
  var number = 1
}

/// Hands in deliveries and handles each three times, saying so; ends when all are delivered.
struct Courier {
  let store: SQLiteStore

  init(_ store: SQLiteStore) {
    self.store = store
  }

  private var handler: JobHandler {
    JobHandler.delivering(Parcel.self) { parcel, delivery in
      say("handled \(delivery.id) \(delivery.attempts) \(parcel.number)")
      return parcel.number
    } responded: { response, _ in
      guard case .answered(let number) = response, number < 3 else { return .done }
      return .retry(in: .milliseconds(5), with: Parcel(number: number + 1))
    }
  }

  func run(_ count: Int) async throws {
    let runner = try JobRunner(store, handlers: [handler])
    let events = runner.events(buffer: 100_000)
    let run = Task { try await runner.run() }
    let deliveries = Deliveries(JobQueue(store))
    // One that ends between the two looks is heard of twice.
    var done: Set<JobID> = []
    for number in 0..<count {
      let id = "parcel-\(number)"
      if case .duplicate(let delivery) = try await deliveries.deliver(Parcel(), after: .milliseconds(number), id: id),
        delivery.state == .completed
      {
        done.insert(delivery.job.id)
      }
    }
    if done.count < count {
      for await case .item(let event) in events where event.name == "completed" {
        done.insert(event.job)
        if done.count == count { break }
      }
    }
    runner.stop(within: .zero)
    try await run.value
    await store.close()
    say("all")
  }
}
