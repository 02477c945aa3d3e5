import Holdfast
import HoldfastSQLite

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// A process to be killed by tests: works on a store and says what was acknowledged, a line each.
//   own FILE            opens it and holds it until its input ends
//   enqueue FILE COUNT  adds jobs as a client
//   record FILE         changes records, jobs and journals together, from several callers, for ever
//   fire FILE COUNT     fires COUNT schedules each 5 ms, for ever
//   deliver FILE COUNT  hands in COUNT deliveries, each to be handled three times, until all are done
//   run FILE            runs jobs on a clock that its input sets, until that ends
//   alarms FILE         sets and clears alarms, from several callers, for ever
//   work FILE COUNT     enqueues COUNT jobs, with keys, from several callers, and runs them; then again, for ever
let arguments = CommandLine.arguments
let (mode, path) = (arguments[1], arguments[2])
let count = arguments.count > 3 ? Int(arguments[3]) ?? 1 : 1

do {
  switch mode {
  case "own":
    let store = try await SQLiteStore.open(path)
    say("open")
    while readLine() != nil {}
    await store.close()
  case "enqueue":
    var options = SQLiteStore.Options()
    options.role = .client
    let store = try await SQLiteStore.open(path, options: options)
    for number in 0..<count { say("enqueued \(try await store.enqueue([Work.draft(number)])[0].id)") }
    await store.close()
  case "run": try await Runs().run(path)
  case "record":
    let store = try await SQLiteStore.open(path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for caller in 0..<4 { group.addTask { try await Changes(store, "\(caller)").run() } }
      try await group.waitForAll()
    }
  case "fire":
    try await fire(SQLiteStore.open(path), count)
  case "deliver":
    try await Courier(SQLiteStore.open(path)).run(count)
  case "alarms":
    let alarms = try await Alarms(
      SQLiteStore.open(path), AlarmConfiguration(rules: [AlarmRule("copy", when: "trouble(0)")]))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await alarms.run() }
      for caller in 0..<4 { group.addTask { try await Reports(alarms: alarms, caller: "\(caller)").run() } }
      try await group.waitForAll()
    }
  default:
    try await Work(SQLiteStore.open(path)).run(count)
  }
} catch {
  say("failed \(error)")
  exit(1)
}
