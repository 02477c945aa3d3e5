import HoldfastTesting
@testable import Holdfast

/// Random expressions over the alarms a, b and c, with small whole durations.
enum RandomRules {
  typealias Form = AlarmExpression.Form

  static func form(depth: Int, _ random: inout SplitMix64) -> Form {
    guard depth > 0, Int.random(in: 0..<6, using: &random) > 0 else {
      return .alarm(AlarmReference(type: ["a", "b", "c"].randomElement(using: &random) ?? "a"))
    }
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return .not(form(depth: depth - 1, &random))
    case 1: return .all(parts(depth, &random).flatMap(\.conjuncts))
    case 2: return .any(parts(depth, &random).flatMap(\.disjuncts))
    default: return .operation(operation(&random), form(depth: depth - 1, &random))
    }
  }

  private static func parts(_ depth: Int, _ random: inout SplitMix64) -> [Form] {
    (0..<Int.random(in: 2...3, using: &random)).map { _ in form(depth: depth - 1, &random) }
  }

  private static func operation(_ random: inout SplitMix64) -> RuleOperator {
    let time = Int64.random(in: 1...12, using: &random)
    let window = time + Int64.random(in: 0...12, using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return .debounce(time)
    case 1: return .hold(time)
    case 2: return .intensity(Int.random(in: 1...4, using: &random), within: window)
    case 3: return .onTime(time, within: window)
    case 4: return .sustain(time, within: window)
    case 5: return .flapping(slot: Int64.random(in: 1...4, using: &random))
    default: return .unknownAsSet
    }
  }
}

/// Evaluates the definitions from the whole history, one instant after the other, remembering nothing.
///
/// A place is one step of a timeline: an instant at which something is reported has as many places as reports, any other
/// instant has one.
struct BruteForce {
  /// The instant of each place.
  var times: [Int64] = []
  /// What was last reported of an alarm, at each place; nil is unknown.
  var alarms: [String: [Bool?]] = [:]

  struct Line {
    var set: [Bool] = []
    var known: [Bool] = []
  }

  /// The value of an expression at each place.
  func line(_ form: AlarmExpression.Form) -> Line {
    switch form {
    case .alarm(let reference):
      let reports = alarms[reference.type] ?? []
      return Line(set: reports.map { $0 == true }, known: reports.map { $0 != nil })
    case .not(let operand):
      let line = line(operand)
      return Line(set: line.set.map { !$0 }, known: line.known)
    case .all(let parts): return combine(parts.map(line), deciding: false)
    case .any(let parts): return combine(parts.map(line), deciding: true)
    case .operation(.unknownAsSet, let operand):
      let line = line(operand)
      return Line(set: zip(line.set, line.known).map { $0 || !$1 }, known: line.known.map { _ in true })
    case .operation(.flapping(let slot), let operand):
      let line = line(operand)
      return Line(set: flapping(line.set, slot), known: line.known)
    case .operation(let operation, let operand):
      let line = line(operand)
      return Line(set: times.indices.map { value(operation, line.set, $0) }, known: line.known)
    }
  }

  private func combine(_ lines: [Line], deciding: Bool) -> Line {
    Line(
      set: times.indices.map { place in
        lines.contains { $0.set[place] == deciding } ? deciding : !deciding
      },
      known: times.indices.map { place in
        lines.contains { $0.known[place] && $0.set[place] == deciding } || lines.allSatisfy { $0.known[place] }
      })
  }

  private struct Run {
    var start: Int64
    /// nil while it goes on.
    var end: Int64?
  }

  /// The maximal set runs up to a place.
  private func runs(_ signal: [Bool], _ place: Int) -> [Run] {
    var runs: [Run] = []
    for index in 0...place {
      let before = index > 0 && signal[index - 1]
      if signal[index], !before { runs.append(Run(start: times[index])) }
      if !signal[index], before { runs[runs.count - 1].end = times[index] }
    }
    return runs
  }

  private func value(_ operation: RuleOperator, _ signal: [Bool], _ place: Int) -> Bool {
    let now = times[place]
    let runs = runs(signal, place)
    switch operation {
    case .debounce(let time): return runs.last.map { $0.end == nil && now - $0.start >= time } ?? false
    case .hold(let time): return signal[place] || runs.contains { now < $0.start + time }
    case .intensity(let count, let window): return runs.count { ($0.end ?? .max) > now - window } >= count
    case .onTime(let share, let window):
      // The value that holds from now on: the measure at now, and whether it shrinks from here.
      let measure = runs.map { max(0, min($0.end ?? now, now) - max($0.start, now - window)) }.reduce(0, +)
      let leaves = runs.contains { $0.start <= now - window && now - window < ($0.end ?? .max) }
      return measure > share || (measure == share && (signal[place] || !leaves))
    case .sustain(let share, let window):
      return runs.contains { run in
        guard let end = run.end else { return now - max(run.start, now - window) >= share }
        let isCut = run.start <= now - window
        return isCut ? end - (now - window) > share : end - run.start >= share
      }
    case .flapping, .unknownAsSet: return false
    }
  }

  /// Slots one by one, weighed as Nagios does it.
  private func flapping(_ signal: [Bool], _ slot: Int64) -> [Bool] {
    var slots: [Bool] = Array(repeating: false, count: 20)
    var (change, isSet, quietAt) = (times.first ?? 0, false, Int64.min)
    return times.indices.map { place in
      let now = times[place]
      if signal[place] != (place > 0 && signal[place - 1]) {
        if quietAt == now { slots.removeLast() }
        slots.append(true)
        (change, quietAt) = (now, .min)
      } else if now > change, (now - change) % slot == 0, quietAt != now {
        slots.append(false)
        quietAt = now
      }
      let newest = slots.suffix(20)
      let weights = newest.enumerated().map { $1 ? 0.75 + Double($0) * 0.5 / 19 : 0 }
      let percent = weights.reduce(0, +) * 100 / 20
      if percent >= 30 - 1e-9 { isSet = true } else if percent <= 20 + 1e-9 { isSet = false }
      return isSet
    }
  }
}
