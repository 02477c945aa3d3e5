/// One element of a field's list.
enum CronItem: Hashable, Sendable {
  case values([Int])
  /// The last day of the month, or as many days before it.
  case beforeLast(Int)
  /// The working day nearest to a day.
  case nearest(Int)
  case lastWorkingDay
  /// The n-th such weekday of the month; 0 is the last one.
  case ordinal(weekday: Int, Int)
}
