import DequeModule

/// The ended runs that an operator still needs: for intensity the newest few, for onTime those within its window.
struct RunHistory {
  struct Run: Hashable {
    var start: Int64
    var end: Int64
  }

  /// More separate runs within one window are not told apart.
  static let most = 4096

  private(set) var runs = Deque<Run>()
  /// The sum of the runs' lengths.
  private var total: Int64 = 0

  mutating func append(from start: Int64, to end: Int64, atMost limit: Int) {
    runs.append(Run(start: start, end: end))
    total += end - start
    while runs.count > limit { removeFirst() }
  }

  mutating func appendWithinWindow(from start: Int64, to end: Int64, edge: Int64) {
    prune(to: edge)
    guard start < end else { return }
    append(from: start, to: end, atMost: .max)
    if runs.count > Self.most { mergeOldest() }
  }

  /// Two runs become one of their common length that ends with the second.
  private mutating func mergeOldest() {
    let first = runs.removeFirst()
    runs[0].start -= first.end - first.start
  }

  private mutating func removeFirst() {
    let run = runs.removeFirst()
    total -= run.end - run.start
  }

  private mutating func prune(to edge: Int64) {
    while let first = runs.first, first.end <= edge { removeFirst() }
  }
}

extension RunHistory {
  /// At least `count` runs overlap `(now − window, now]`: the count-th newest one does.
  func intensity(_ count: Int, within window: Int64, isOn: Bool, at now: Int64) -> Verdict {
    let ended = isOn ? count - 1 : count
    if ended == 0 { return Verdict(isSet: true) }
    guard runs.count >= ended else { return Verdict(isSet: false) }
    let leaves = saturatingSum(runs[runs.count - ended].end, window)
    return now < leaves ? Verdict(isSet: true, due: leaves) : Verdict(isSet: false)
  }

  /// The set time within the trailing window is at least `share`.
  ///
  /// - Parameter since: When the run that is going on began, if one is.
  mutating func onTime(_ share: Int64, within window: Int64, since: Int64?, at now: Int64) -> Verdict {
    let edge = saturatingDifference(now, window)
    prune(to: edge)
    let clipped = max(0, edge - (runs.first?.start ?? edge))
    let ended = total - clipped
    guard let since else { return falling(ended - share, share, edge: edge, window: window, at: now) }
    let measured = ended + now - max(since, edge)
    if measured >= share { return Verdict(isSet: true) }
    return Verdict(isSet: false, due: saturatingSum(edge + gap(of: share - measured, after: edge), window))
  }

  /// While set, the measure grows whenever the trailing edge crosses a gap: where it has crossed so much of them.
  private func gap(of missing: Int64, after edge: Int64) -> Int64 {
    var (missing, place) = (missing, edge)
    for run in runs {
      let gap = max(0, run.start - place)
      if gap >= missing { break }
      missing -= gap
      place = max(place, run.end)
    }
    return place + missing - edge
  }

  /// While clear, the measure shrinks whenever the trailing edge crosses a run: where it falls below the share.
  private func falling(_ spare: Int64, _ share: Int64, edge: Int64, window: Int64, at now: Int64) -> Verdict {
    guard spare >= 0 else { return Verdict(isSet: false) }
    var spare = spare
    for run in runs {
      let start = max(run.start, edge)
      let length = run.end - start
      if spare < length {
        let due = saturatingSum(start + spare, window)
        return due > now ? Verdict(isSet: true, due: due) : Verdict(isSet: false)
      }
      spare -= length
    }
    return Verdict(isSet: false)
  }
}
