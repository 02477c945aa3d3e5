#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension JobCommand {
  /// The command's name in the audit.
  package var action: String {
    switch self {
    case .cancel: "cancel"
    case .retry: "retry"
    case .discard: "discard"
    case .reschedule: "reschedule"
    case .prioritize: "prioritize"
    case .delete: "delete"
    }
  }

  /// The jobs in the audit: up to ten ids, and how many there were.
  package static func target(_ ids: [JobID]) -> String {
    let names = ids.prefix(10).map(\.description).joined(separator: ", ")
    return switch ids.count {
    case 1: "job \(names)"
    case ...10: "jobs \(names)"
    default: "jobs \(names) … (\(ids.count))"
    }
  }

  /// What was asked and how it went, in the audit.
  package static func detail(_ command: JobCommand, _ results: [JobCommandResult]) -> String {
    let outcome = ["done", "requested", "refused", "unknown"].compactMap { word in
      let count = results.count { $0.word == word }
      return count == 0 ? nil : results.count == 1 ? word : "\(count) \(word)"
    }
    return ([command.argument].compactMap(\.self) + outcome).joined(separator: ", ")
  }

  private var argument: String? {
    switch self {
    case .cancel(let reason, true): reason.isEmpty ? "at once" : "at once: \(reason)"
    case .cancel(let reason, _), .discard(let reason): reason.isEmpty ? nil : reason
    case .reschedule(let due): "due \(due.microseconds) µs"
    case .prioritize(let priority): "priority \(priority)"
    case .retry(let payload, _): payload.map { "new payload of \($0.count) bytes" }
    case .delete: nil
    }
  }
}

extension JobCommandResult {
  fileprivate var word: String {
    switch self {
    case .done: "done"
    case .requested: "requested"
    case .refused: "refused"
    case .unknown: "unknown"
    }
  }
}
