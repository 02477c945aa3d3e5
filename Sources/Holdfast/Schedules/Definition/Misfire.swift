/// What becomes of occurrences whose time passed while nobody could fire them: the node was down, the store was away, the
/// clock was set forward (SC20).
///
/// Everything that is due and undecided is looked at together. What a policy does not fire is recorded, as one range for
/// each reason. Lateness is measured from the moment an occurrence was due, jitter included.
public enum Misfire: Sendable, Hashable, Codable {
  /// The newest fires, the ones before it are coalesced into it. The default.
  ///
  /// - Parameter within: How late it may be, > 0; nil for any lateness.
  case latest(within: Duration? = nil)
  /// Each fires, in order, however many there are.
  ///
  /// - Parameter within: How late each may be, > 0; nil for any lateness.
  case all(within: Duration? = nil)
  /// The oldest fires, the ones after it are coalesced into it.
  ///
  /// - Parameter within: How late it may be, > 0; older ones are skipped. Nil for any lateness.
  case earliest(within: Duration? = nil)
  /// None fires that is later than this; > 0, default 60 s.
  case skip(after: Duration = .seconds(60))

  /// How late an occurrence may be and still fire; nil for any lateness.
  public var window: Duration? {
    switch self {
    case .latest(let window), .all(let window), .earliest(let window): window
    case .skip(let window): window
    }
  }

  /// What is recorded of an occurrence that is too late.
  var reason: SkipReason {
    if case .skip = self { .late } else { .window }
  }
}

/// Why an occurrence did not fire.
public enum SkipReason: String, Sendable, Hashable, Codable, CaseIterable {
  /// It was later than the window of the misfire policy allows.
  case window
  /// It was late, and the misfire policy skips late ones.
  case late
  /// The schedule was paused.
  case paused
  /// The schedule's times were changed before it could fire.
  case edited
}
