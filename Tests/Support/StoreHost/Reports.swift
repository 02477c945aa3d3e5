import Holdfast

/// Sets and clears alarms for ever, and says what was acknowledged.
struct Reports {
  let alarms: Alarms
  let caller: String

  func run() async throws {
    let id = try AlarmID("trouble", caller)
    for number in 1... {
      try await alarms.set(id, "\(number)")
      say("set \(caller) \(number)")
      try await alarms.clear(id)
      say("clear \(caller) \(number)")
    }
  }
}
