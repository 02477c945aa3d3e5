import Holdfast
import Yams

/// Reads one entry under `jobs:`.
struct JobReader {
  let programs: ProgramReader

  static let processKeys = [
    "command", "shell", "directory", "environment", "inherit", "user", "umask", "nice", "resources", "stop",
  ]
  static let keys =
    processKeys + [
      "queue", "priority", "timeout", "attempts", "retry", "crashes", "uniqueKey", "uniqueUntil", "executionKey",
      "executionLimit", "exits", "output",
    ]

  func jobs(_ field: Field) -> [JobConfiguration]? {
    if field.isNothing { return [] }
    return field.entries("from kinds to jobs")?.compactMap { entry in
      entry.keyField.name().flatMap { read($0, entry.value) }
    }
  }

  private func read(_ kind: String, _ field: Field) -> JobConfiguration? {
    guard let map = field.map("that describes a job", keys: Self.keys) else { return nil }
    var job = JobConfiguration(process: programs.readCommand(of: kind, map))
    map.read("queue", into: &job.queue) { $0.name() }
    map.read("priority", into: &job.priority) { $0.integer(JobLimits.priorities) }
    map.read("timeout", into: &job.timeout) { $0.duration(zero: false) }
    map.read("attempts", into: &job.attempts) { $0.integer(1...1000) }
    map.read("retry", into: &job.retry) { $0.retry() }
    map.read("crashes", into: &job.crashes) { $0.integer(1...1000) }
    map.read("exits", into: &job.exits) { $0.exits() }
    map.read("output", into: &job.output) { $0.outputSize() }
    readKeys(map, into: &job)
    if job.retry == RetryConfiguration.none, let attempts = job.attempts, attempts > 1 {
      let _: Never? = map["attempts"]?.fail(
        "\(attempts) attempts need a `retry` other than none: remove one of the two")
    }
    return job
  }

  private func readKeys(_ map: FieldMap, into job: inout JobConfiguration) {
    map.read("uniqueKey", into: &job.uniqueKey) { $0.template() }
    map.read("executionKey", into: &job.executionKey) { $0.template() }
    map.read("executionLimit", into: &job.executionLimit) { $0.integer(1...10_000) }
    map.read("uniqueUntil", into: &job.uniqueUntil) { field in
      field.choice(among: ["finished", "started"]).flatMap(UniqueUntil.init(rawValue:))
    }
    for (key, need) in [("executionLimit", "executionKey"), ("uniqueUntil", "uniqueKey")] where map[need] == nil {
      let _: Never? = map[key]?.fail("means nothing without `\(need)`: give that too, or remove this")
    }
  }
}

extension Field {
  /// `none`, `levels`, `{ levels: [1s, 10s, 1m] }`, or a backoff as programs have it, with its first delay.
  fileprivate func retry() -> RetryConfiguration? {
    if text == "none" { return RetryConfiguration.none }
    if text == "levels" { return .standardLevels }
    if text != nil, !BackoffConfiguration.shapes.contains(text ?? "") {
      return choice(among: ["none", "levels"] + BackoffConfiguration.shapes.filter { $0 != "none" }).flatMap { _ in nil
      }
    }
    if node.mapping?.keys.contains(where: { $0.scalar?.string == "levels" }) == true {
      return map("such as { levels: [1s, 10s] }", keys: ["levels"])?["levels"]?.levels().map { .levels($0) }
    }
    return BackoffConfiguration(self, immediateFirst: false).map { .backoff($0) }
  }

  private func levels() -> [Duration]? {
    list(of: "delays") { $0.duration() }.flatMap { $0.isEmpty ? expected("at least one delay") : $0 }
  }

  fileprivate func template() -> KeyTemplate? {
    guard let text = string("a key such as {album}") else { return nil }
    do {
      return try KeyTemplate(text)
    } catch {
      return fail(error.reason)
    }
  }

  fileprivate func outputSize() -> Int? {
    guard let bytes = size() else { return nil }
    // A text grows when it becomes JSON, sixfold at worst.
    return bytes <= 128 << 10 ? Int(bytes) : expected("a size of at most 128KiB")
  }
}
