/// Counts the moments of several intervals and single moments together, between two moments: by inclusion and exclusion.
///
/// Each part comes in with its own moments, less those that it shares with what is in already. What is shared by several
/// is an interval or a single moment again, and mostly the same as of others, so that few terms are left.
struct IntervalUnion {
  /// No part comes in that makes more terms than this.
  static let limit = 4096

  private let start: Int
  private let end: Int
  /// How often each counts.
  private var terms: [RecurrenceNode: Int] = [:]

  init(after start: Int, through end: Int) {
    self.start = start
    self.end = end
  }

  var count: Int {
    terms.reduce(0) { $0 + $1.value * $1.key.count(after: start, through: end) }
  }

  /// Takes a part in.
  ///
  /// - Returns: False, and nothing has changed, when there would be too many terms.
  mutating func insert(_ part: RecurrenceNode) -> Bool {
    guard part.next(after: start, through: end) != nil else { return true }
    var changed = terms
    changed[part, default: 0] += 1
    for (term, weight) in terms {
      guard let both = term.intersection(with: part), both.next(after: start, through: end) != nil else { continue }
      changed[both, default: 0] -= weight
      if changed[both] == 0 { changed[both] = nil }
    }
    if changed[part] == 0 { changed[part] = nil }
    guard changed.count <= Self.limit else { return false }
    terms = changed
    return true
  }
}

extension RecurrenceNode {
  /// Whether it is an interval or a single moment.
  var isRegular: Bool {
    switch self {
    case .interval, .once: true
    case .cron, .manual, .reboot, .union, .except: false
    }
  }

  /// How many exclusions it has, at any depth: with each of them, what is to be counted may double.
  var exclusions: Int {
    switch self {
    case .cron, .interval, .once, .manual, .reboot: 0
    case .union(let parts): parts.reduce(0) { $0 + $1.exclusions }
    case .except(let base, .rule(let other)): 1 + base.exclusions + other.exclusions
    case .except(let base, .calendar): 1 + base.exclusions
    }
  }

  /// What fires at the moments of both, where that is a rule again; nil where it would not be: for cron expressions.
  func intersection(with other: RecurrenceNode) -> RecurrenceNode? {
    switch (self, other) {
    case (.manual, _), (_, .manual), (.reboot, _), (_, .reboot): return .manual
    case (.once(let time), let rule), (let rule, .once(let time)): return rule.contains(time) ? .once(time) : .manual
    case (.interval(let left), .interval(let right)): return left.intersection(right)
    case (.except(let base, let exclusion), let rule), (let rule, .except(let base, let exclusion)):
      return base.intersection(with: rule).map { .except($0, exclusion) }
    case (.union(let parts), let rule), (let rule, .union(let parts)):
      let shared = parts.compactMap { $0.intersection(with: rule) }
      return shared.count == parts.count ? .union(shared) : nil
    case (.cron, .interval(let interval)): return interval.seconds.isEverySecond ? self : nil
    case (.interval(let interval), .cron): return interval.seconds.isEverySecond ? other : nil
    case (.cron, .cron): return nil
    }
  }
}

extension IntervalRule {
  /// Those of its moments that are whole seconds.
  fileprivate var seconds: RecurrenceNode { intersection(IntervalRule(length: 1_000_000, phase: 0)) }
}

extension RecurrenceNode {
  fileprivate var isEverySecond: Bool { self == .interval(IntervalRule(length: 1_000_000, phase: 0)) }
}
