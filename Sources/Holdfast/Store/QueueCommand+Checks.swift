extension QueueCommand {
  /// The command's name in the audit.
  package var action: String {
    switch self {
    case .pause: "pause"
    case .resume: "resume"
    case .set: "set"
    case .unset: "unset"
    case .purge: "purge"
    }
  }

  /// What it is about.
  package var scope: QueueScope {
    switch self {
    case .pause(let scope, _), .resume(let scope), .unset(let scope), .purge(let scope): scope
    case .set(let settings): settings.scope
    }
  }

  /// How it went, in the audit.
  package func detail(_ count: Int) -> String {
    switch self {
    case .pause(_, let note?) where count > 0: note
    case .purge: "\(count) jobs"
    case .set(let settings): settings.description
    default: count > 0 ? "done" : "nothing to do"
    }
  }

  /// Checks names and numbers.
  ///
  /// - Throws: ``JobRefused`` for the first that does not fit.
  package func validate() throws(JobRefused) {
    if let partition = scope.partition { try JobRefused.check(name: partition, as: "partition") }
    if let queue = scope.queue { try JobRefused.check(name: queue, as: "queue") }
    if case .set(let settings) = self { try settings.validate() }
  }
}

extension QueueSettings: CustomStringConvertible {
  /// What is set, in words.
  public var description: String {
    let words = [
      workers.map { "workers \($0)" }, running.map { "running \($0)" },
      rate.map { "rate \($0.count) per \($0.period)" }, weight.map { "weight \($0)" },
    ].compactMap(\.self)
    return words.isEmpty ? "nothing set" : words.joined(separator: ", ")
  }

  /// Takes over what the other sets.
  package mutating func merge(_ other: QueueSettings) {
    workers = other.workers ?? workers
    running = other.running ?? running
    rate = other.rate ?? rate
    weight = other.weight ?? weight
  }

  /// Beyond these the shares of the others would be lost in the rounding of numbers.
  private static let weights = 0.000_001...1000

  func validate() throws(JobRefused) {
    if let workers, !JobLimits.workers.contains(workers) {
      throw JobRefused("workers", "is \(workers), outside 0…1,000,000; 0 takes nothing")
    }
    if let running, running < 0 { throw JobRefused("running", "is \(running); 0 lets nothing start") }
    if workers != nil, scope.queue == nil { throw JobRefused("workers", "needs a queue; \(scope) is none") }
    if let rate {
      guard scope.queue != nil else { throw JobRefused("rate", "needs a queue; \(scope) is none") }
      guard rate.count >= 1 else { throw JobRefused("rate", "is \(rate.count); pause the queue to stop it") }
      guard rate.period > .zero, rate.period <= .seconds(366 * 86_400) else {
        throw JobRefused("rate", "has a period of \(rate.period), outside of a year")
      }
    }
    if let weight {
      guard scope.partition != nil else { throw JobRefused("weight", "needs a tenant; \(scope) is none") }
      guard Self.weights.contains(weight) else {
        throw JobRefused("weight", "is \(weight), outside 0.000001…1,000")
      }
    }
  }
}

extension JobCommand {
  /// Checks its numbers and sizes.
  ///
  /// - Throws: ``JobRefused`` for what does not fit.
  package func validate() throws(JobRefused) {
    switch self {
    case .prioritize(let priority) where !JobLimits.priorities.contains(priority):
      throw JobRefused("priority", "is \(priority), outside -100…100")
    case .retry(_, let version?) where version < 1:
      throw JobRefused("version", "is \(version); versions begin at 1")
    case .retry(let payload?, _): try JobRefused.check(size: payload.count, of: "payload")
    default: break
    }
  }
}

extension JobQuery {
  /// Checks its limits.
  ///
  /// - Throws: ``JobRefused`` for what does not fit.
  package func validate() throws(JobRefused) {
    guard (1...1000).contains(limit) else { throw JobRefused("limit", "is \(limit), outside 1…1,000") }
    guard scanLimit >= 1 else { throw JobRefused("scanLimit", "is \(scanLimit); at least 1 is needed") }
    if let ids, ids.count > JobLimits.batch {
      throw JobRefused("ids", "are \(ids.count), over \(JobLimits.batch); ask in parts")
    }
  }
}
