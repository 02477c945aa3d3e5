extension AlarmExpression {
  /// Set while `signal` has been set continuously for at least `time`; clears with it (AL23).
  ///
  /// ```
  /// signal            ▁▁███▁▁████████▁▁▁
  /// debounce(·, 5)    ▁▁▁▁▁▁▁▁▁▁▁▁███▁▁▁
  /// ```
  public static func debounce(_ signal: AlarmExpression, _ time: Duration) -> AlarmExpression {
    AlarmExpression(form: .operation(.debounce(time.wholeNanoseconds), signal.form))
  }

  /// Set while `signal` is, and until `time` after its latest raise (AL24).
  ///
  /// ```
  /// signal            ▁▁█▁▁▁▁▁▁███████▁▁
  /// hold(·, 5)        ▁▁█████▁▁███████▁▁
  /// ```
  public static func hold(_ signal: AlarmExpression, _ time: Duration) -> AlarmExpression {
    AlarmExpression(form: .operation(.hold(time.wholeNanoseconds), signal.form))
  }

  /// Set while at least `count` pulses of `signal` overlap the trailing window `(now − period, now]` (AL25). A pulse is
  /// one maximal time of being set; one that began and ended at one instant counts.
  ///
  /// The count is 1 to 10,000.
  public static func intensity(
    _ signal: AlarmExpression, _ count: Int, within period: Duration
  ) -> AlarmExpression {
    AlarmExpression(form: .operation(.intensity(count, within: period.wholeNanoseconds), signal.form))
  }

  /// Set while the set time of `signal` within the trailing `period` is at least `time` (AL26).
  ///
  /// It remembers up to 4,096 separate pulses of one window exactly; beyond, the two oldest are taken as one that lasts
  /// as long as both.
  public static func onTime(
    _ signal: AlarmExpression, _ time: Duration, within period: Duration
  ) -> AlarmExpression {
    AlarmExpression(form: .operation(.onTime(time.wholeNanoseconds, within: period.wholeNanoseconds), signal.form))
  }

  /// Set while some pulse of `signal`, cut to the trailing `period`, lasts at least `time` (AL27).
  public static func sustain(
    _ signal: AlarmExpression, _ time: Duration, within period: Duration
  ) -> AlarmExpression {
    AlarmExpression(form: .operation(.sustain(time.wholeNanoseconds, within: period.wholeNanoseconds), signal.form))
  }

  /// Set while `signal` changes too often, by Nagios' measure (AL42).
  ///
  /// The newest 20 slots are looked at. A slot ends with a change, or after `slot` without one. Each slot with a change
  /// weighs from 0.75 (the oldest) to 1.25 (the newest); at 30 % of all 20 the signal flaps, at 20 % it no longer does.
  /// So six changes in a row set it, and some 16 quiet slots clear it.
  ///
  /// The slot is 1 minute unless told otherwise.
  public static func flapping(_ signal: AlarmExpression, slot: Duration = .seconds(60)) -> AlarmExpression {
    AlarmExpression(form: .operation(.flapping(slot: slot.wholeNanoseconds), signal.form))
  }

  /// Set while `signal` is, and also while nothing tells what it is: for what has to report that it is well (AL22).
  ///
  /// Of an alarm, that is until it is first reported. `and`, `or` and `not` are unknown as long as what is unknown in
  /// them could still decide.
  public static func unknownAsSet(_ signal: AlarmExpression) -> AlarmExpression {
    AlarmExpression(form: .operation(.unknownAsSet, signal.form))
  }
}
