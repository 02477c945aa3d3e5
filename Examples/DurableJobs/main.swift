// Durable jobs in one file: an order and the job that ships it commit together, a handler runs in a process of its own,
// and everything survives `kill -9`. Run it, kill it while it works, and run it again.
//
//   swift run --package-path Examples DurableJobs [file]

import Foundation
import GRDB
import Holdfast
import HoldfastPrograms
import HoldfastSQLite

struct ShipOrder: Job {
  static let kind = "ship-order"
  static let policy = JobPolicy(queue: "orders", retry: .levels([.seconds(1), .seconds(5)]), timeout: .seconds(30))
  var order: Int64
  var customer: String
  /// One parcel at a time for each customer, in order.
  var executionKey: String? { customer }
}

struct PrintLabel: Job {
  static let kind = "print-label"
  /// It may trap; that costs one job, not the service.
  static let policy = JobPolicy(queue: "labels", maxAttempts: 3, isolation: .process)
  var order: Int64
  var uniqueKey: String? { "label-\(order)" }
}

let labels = JobHandler.on(PrintLabel.self) { job, context in
  context.progress(0.5, "drawing")
  return try .complete("label of order \(job.order), attempt \(context.attempt)")
}

// In a worker process this serves jobs and never returns.
await JobWorker.serveIfAsked([labels])

let store = try await SQLiteStore.open(CommandLine.arguments.dropFirst().first ?? "orders.db")
let queue = JobQueue(store)

let shipping = JobHandler.on(ShipOrder.self) { job, context in
  try await Task.sleep(for: .milliseconds(300))
  print("shipped order \(job.order) to \(job.customer), attempt \(context.attempt)")
  _ = try await queue.enqueue(PrintLabel(order: job.order))
}

let runner = try JobRunner(
  store, handlers: [shipping, labels],
  queues: [QueueConfiguration("orders", workers: 4), QueueConfiguration("labels", workers: 1)],
  isolation: WorkerProcesses())

// The application's own table lives in the same file, so that an order and its job are there together or not at all.
try store.pool.write { database in
  try database.execute(sql: "CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL)")
  for customer in ["Ada", "Grace", "Ada"] {
    try database.execute(sql: "INSERT INTO orders (customer) VALUES (?)", arguments: [customer])
    let job = ShipOrder(order: database.lastInsertedRowID, customer: customer)
    _ = try store.enqueue([queue.draft(for: job)], in: database)
  }
}

let app = Supervisor("example", children: [Child("jobs", shutdown: .within(.seconds(40))) { runner }])
let service = Task { try await app.run() }
for await item in runner.events() {
  guard case .item(let event) = item else { continue }
  print(event)
  let left = try await store.queues().flatMap(\.counts).filter { !$0.key.isFinal }
  if left.isEmpty { break }
}
service.cancel()
try await service.value
await store.close()
