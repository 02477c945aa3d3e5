/// What a part of a rule is worth, and when that can change by the passing of time alone.
struct Verdict {
  var isSet: Bool
  /// `.max` when time alone changes nothing.
  var due = Int64.max
}

extension OperatorNode {
  /// The value from `now` on, by the definitions in ``AlarmExpression``. `runs` is what it remembers in ``history``.
  func verdict(at now: Int64, _ runs: inout RunHistory) -> Verdict {
    let isOn = input.isSet
    switch kind {
    case .alarm: return Verdict(isSet: isOn)
    case .not: return Verdict(isSet: !isOn)
    case .unknownAsSet: return Verdict(isSet: isOn || !input.contains(.known))
    case .all: return Verdict(isSet: setCount == operandCount)
    case .any: return Verdict(isSet: setCount > 0)
    case .debounce:
      guard isOn else { return Verdict(isSet: false) }
      let end = saturatingSum(since, setting)
      return now >= end ? Verdict(isSet: true) : Verdict(isSet: false, due: end)
    case .hold:
      if isOn { return Verdict(isSet: true) }
      let end = mark == .min ? .min : saturatingSum(mark, setting)
      return now < end ? Verdict(isSet: true, due: end) : Verdict(isSet: false)
    case .intensity: return runs.intensity(Int(setting), within: window, isOn: isOn, at: now)
    case .onTime: return runs.onTime(setting, within: window, since: isOn ? since : nil, at: now)
    case .sustain: return sustained(at: now)
    case .flapping: return flapping(at: now)
    }
  }

  /// Of the runs that ended, only the latest long one can matter: its end leaves the window last.
  private func sustained(at now: Int64) -> Verdict {
    let end = mark == .min ? .min : saturatingSum(mark, window - setting)
    let isCovered = now < end
    guard input.isSet else { return isCovered ? Verdict(isSet: true, due: end) : Verdict(isSet: false) }
    let begin = saturatingSum(since, setting)
    if now >= begin || begin <= end { return Verdict(isSet: isCovered || now >= begin, due: .max) }
    return isCovered ? Verdict(isSet: true, due: end) : Verdict(isSet: false, due: begin)
  }

  private func flapping(at now: Int64) -> Verdict {
    let curve = FlapCurve(slots: UInt32(truncatingIfNeeded: mark))
    let quiet = (now - since) / setting
    let level = curve.level(afterQuietSlots: quiet)
    let isSet = level >= FlapCurve.high || (output.isSet && level > FlapCurve.low)
    guard isSet else { return Verdict(isSet: false) }
    return Verdict(isSet: true, due: saturatingSum(since, curve.quietSlotsToStop * setting))
  }

  /// Whether what is unknown in the operands cannot change the output any more.
  var isKnown: Bool {
    switch kind {
    case .all: knownCount == operandCount || knownCount > knownSetCount
    case .any: knownCount == operandCount || knownSetCount > 0
    case .unknownAsSet: true
    default: input.contains(.known)
    }
  }

  /// Remembers that the operand changes at `now` from ``input`` to another value.
  mutating func remember(_ signal: Signal, at now: Int64, _ runs: inout RunHistory) {
    defer { input = signal }
    guard signal.isSet != input.isSet else { return }
    if kind == .flapping {
      mark = Int64(FlapCurve(slots: UInt32(truncatingIfNeeded: mark)).changed(afterQuiet: now - since, slot: setting))
    } else if signal.isSet {
      if kind == .hold { mark = now }
    } else {
      rememberRun(until: now, &runs)
    }
    since = now
  }

  private mutating func rememberRun(until end: Int64, _ runs: inout RunHistory) {
    switch kind {
    case .intensity: runs.append(from: since, to: end, atMost: Int(setting))
    case .onTime: runs.appendWithinWindow(from: since, to: end, edge: saturatingDifference(end, window))
    case .sustain where end - since >= setting: mark = end
    default: break
    }
  }
}
