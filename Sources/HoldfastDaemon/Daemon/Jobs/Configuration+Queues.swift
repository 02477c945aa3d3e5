import Holdfast

extension QueueEntry {
  /// The workers of this node.
  func pool(partition: String?) -> QueueConfiguration {
    QueueConfiguration(name, partition: partition, workers: workers, timeout: timeout)
  }

  /// What holds over all nodes, and so is kept in the store; nil when the file says nothing of it.
  fileprivate func settings(_ partition: String?) -> QueueSettings? {
    guard limit != nil || rate != nil else { return nil }
    return QueueSettings(QueueScope(partition: partition, queue: name), running: limit, rate: rate)
  }
}

extension Configuration {
  /// The workers of this node, the complete set.
  var pools: [QueueConfiguration] {
    queues.map { $0.pool(partition: nil) }
      + partitions.flatMap { partition in partition.queues.map { $0.pool(partition: partition.name) } }
  }

  /// Limits, rates and weights, which the store keeps.
  var storedSettings: [QueueSettings] {
    let own = partitions.flatMap { partition in
      let scope = QueueScope(partition: partition.name)
      let whole =
        partition.weight != nil || partition.limit != nil
        ? [QueueSettings(scope, running: partition.limit, weight: partition.weight)] : []
      return whole + partition.queues.compactMap { $0.settings(partition.name) }
    }
    return queues.compactMap { $0.settings(nil) } + own
  }
}
