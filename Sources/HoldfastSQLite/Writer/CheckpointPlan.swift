/// When the log of commits is copied into the file, and by whom.
///
/// SQLite itself copies inside every commit that finds a thousand pages in the log, which then takes as long as writing
/// them takes. Here that is done beside the writer. Beside it alone the log would never be empty while commits go on, so
/// when it has grown long the writer does the little that is left, and the log begins anew.
struct CheckpointPlan {
  /// Pages between two copies: 4 MiB.
  static let share = 1000
  /// Pages from which on the writer copies: 16 MiB.
  static let most = 4 * share

  enum Step { case none, beside, here }

  private var next = share

  /// A commit left so many pages in the log.
  mutating func committed(pages: Int) -> Step {
    if pages + Self.share < next { next = Self.share }
    guard pages >= next else { return .none }
    next = pages + Self.share
    return pages >= Self.most ? .here : .beside
  }
}
