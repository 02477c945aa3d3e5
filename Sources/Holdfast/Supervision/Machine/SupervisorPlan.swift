/// What a supervisor was told to be: everything that does not change while it runs.
struct SupervisorPlan: Sendable {
  /// In which order children are stopped.
  enum StopOrder: Sendable {
    /// One at a time, newest first (S17).
    case reverse
    /// All at once, as children of a template that do not depend on each other (S22).
    case together
  }

  var strategy = Strategy.oneForOne
  var intensity = Intensity.standard
  var autoShutdown = AutoShutdown.never
  var maxChildren = Int.max
  var stopOrder = StopOrder.reverse
  /// The whole stop takes no longer; nil is the sum of the children's deadlines, at most a minute.
  var shutdown: Duration?
  /// Whether children come and go at run time, so that their deadlines cannot be summed beforehand.
  var isDynamic = false
  var children: [Child] = []

  static let longestShutdown = Duration.seconds(60)

  /// How long a stop of these children may take in all.
  func shutdownBound(of policies: some Sequence<ShutdownPolicy>) -> Duration {
    if let shutdown { return shutdown }
    var sum = Duration.zero
    for policy in policies where sum < Self.longestShutdown {
      guard let total = policy.total else { return Self.longestShutdown }
      sum = stopOrder == .reverse ? sum + total : max(sum, total)
    }
    return min(sum, Self.longestShutdown)
  }

  /// How much of the bound is kept for cancelling whatever is left. The plain sum of the children's deadlines needs
  /// none: there each child has its own, and a reserve would be taken from the grace of the last ones.
  func shutdownReserve(of bound: Duration) -> Duration {
    shutdown == nil && bound < Self.longestShutdown ? .zero : min(bound / 5, .seconds(1))
  }
}
