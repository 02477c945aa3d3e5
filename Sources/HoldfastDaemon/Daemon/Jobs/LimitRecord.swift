import Holdfast
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Remembers what the file said of limits when they were last written to the store, beside the store.
///
/// Limits live in the store, where operators change them too. So only what *the file* changed is written: an operator's
/// word holds, over restarts, until the file says something else about the same scope.
final class LimitRecord: Sendable {
  private static let actor = "the file"
  private let path: String
  private let isNew: Bool
  private let turn = Mutex<[QueueSettings]?>(nil)

  /// - Parameter isNew: Whether the store was made just now; then nothing of it was ever written.
  init(store: String, isNew: Bool) {
    path = store + "-limits"
    self.isNew = isNew
  }

  /// Writes what differs from the last time.
  func apply(_ configuration: Configuration, to store: any JobStore) async throws(Failure) {
    let (before, after) = (known, configuration.limits)
    do {
      for command in Self.commands(from: before, to: after) { try await store.perform(command, by: Self.actor) }
    } catch {
      throw Failure(error)
    }
    turn.withLock { $0 = after }
    if before != after { try remember(after) }
  }

  private var known: [QueueSettings] {
    if let known = turn.withLock({ $0 }) { return known }
    guard !isNew, let data = FileManager.default.contents(atPath: path) else { return [] }
    return (try? JSONDecoder().decode([QueueSettings].self, from: data)) ?? []
  }

  private func remember(_ limits: [QueueSettings]) throws(Failure) {
    do {
      try Data(JSONLine.encode(limits).utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw Failure(.failed, "cannot write \(path): \(error); correct the permissions of its folder")
    }
  }

  /// What brings a store from one version of the file to another.
  static func commands(from old: [QueueSettings], to new: [QueueSettings]) -> [QueueCommand] {
    let gone = old.filter { settings in !new.contains { $0.scope == settings.scope } }
    let changed = new.filter { !old.contains($0) }
    // An override of a scope ends when the file changes it.
    return gone.map { .unset($0.scope) }
      + changed.flatMap { settings -> [QueueCommand] in
        let isKnown = old.contains { $0.scope == settings.scope }
        let stored = settings.withoutWorkers
        return (isKnown ? [.unset(settings.scope)] : []) + (stored.isEmpty ? [] : [.set(stored)])
      }
  }
}

extension QueueSettings {
  /// The workers of the file are each node's own matter; here they only tell that the file changed.
  fileprivate var withoutWorkers: QueueSettings {
    var copy = self
    copy.workers = nil
    return copy
  }

  fileprivate var isEmpty: Bool { workers == nil && running == nil && rate == nil && weight == nil }
}

extension Configuration {
  /// Everything the file says of limits, the workers of queues included.
  fileprivate var limits: [QueueSettings] {
    let named =
      queues.map { (QueueScope(queue: $0.name), $0.workers) }
      + partitions.flatMap { partition in
        partition.queues.map { (QueueScope(partition: partition.name, queue: $0.name), $0.workers) }
      }
    let workers = named.map { QueueSettings($0.0, workers: $0.1) }.filter { $0.workers != nil }
    return storedSettings.map { settings in
      var settings = settings
      settings.workers = workers.first { $0.scope == settings.scope }?.workers
      return settings
    } + workers.filter { queue in !storedSettings.contains { $0.scope == queue.scope } }
  }
}
