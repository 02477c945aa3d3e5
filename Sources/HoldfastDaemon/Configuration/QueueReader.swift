import Holdfast

/// Reads `queues:` and `partitions:`.
struct QueueReader {
  static let queueKeys = ["workers", "limit", "rate", "timeout", "retention"]
  static let partitionKeys = ["weight", "limit", "queues"]

  func queues(_ field: Field) -> [QueueEntry]? {
    if field.isNothing { return [] }
    return field.entries("from names to queues")?.compactMap { entry in
      entry.keyField.name().map { queue($0, entry.value) }
    }
  }

  func partitions(_ field: Field) -> [PartitionEntry]? {
    if field.isNothing { return [] }
    return field.entries("from names to partitions")?.compactMap { entry in
      entry.keyField.name().map { partition($0, entry.value) }
    }
  }

  private func queue(_ name: String, _ field: Field) -> QueueEntry {
    var queue = QueueEntry(name: name)
    if field.isNothing { return queue }
    guard let map = field.map("that describes a queue", keys: Self.queueKeys) else { return queue }
    map.read("workers", into: &queue.workers) { $0.integer(0...10_000) }
    map.read("limit", into: &queue.limit) { $0.integer(1...1_000_000) }
    map.read("rate", into: &queue.rate) { $0.rate() }
    map.read("timeout", into: &queue.timeout) { $0.duration(zero: false) }
    map.read("retention", into: &queue.retention) { retention($0) }
    return queue
  }

  private func partition(_ name: String, _ field: Field) -> PartitionEntry {
    var partition = PartitionEntry(name: name)
    if field.isNothing { return partition }
    guard let map = field.map("that describes a partition", keys: Self.partitionKeys) else { return partition }
    map.read("weight", into: &partition.weight) { $0.weight() }
    map.read("limit", into: &partition.limit) { $0.integer(1...1_000_000) }
    map.read("queues", into: &partition.queues) { queues($0) }
    return partition
  }

  /// `24h` for completed and others alike, or one for each.
  private func retention(_ field: Field) -> RetentionConfiguration? {
    if field.text != nil {
      return field.duration().map { RetentionConfiguration(completed: $0, others: $0) }
    }
    guard let map = field.map("such as { completed: 24h, others: 7d }", keys: ["completed", "others", "discarded"])
    else { return nil }
    var retention = RetentionConfiguration()
    map.read("completed", into: &retention.completed) { $0.duration() }
    map.read("others", into: &retention.others) { $0.duration() }
    map.read("discarded", into: &retention.discarded) { $0.integer(0...1_000_000) }
    return retention
  }
}

extension Field {
  /// `10/s`, `100/m`, `3/10s`.
  func rate() -> RateLimit? {
    guard let text, let rate = RateText.parse(text) else { return expected("a rate such as 10/s, 100/m or 3/10s") }
    return rate
  }

  fileprivate func weight() -> Double? {
    guard let text, let value = Double(text), value > 0, value <= 1000 else {
      return expected("a number above 0, at most 1000")
    }
    return value
  }
}
