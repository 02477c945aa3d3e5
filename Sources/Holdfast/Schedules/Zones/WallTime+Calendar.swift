/// Wall times as calendars compute with them: plain integers between the years 1 and 9999.
extension WallTime {
  static let earliest = WallTime(microseconds: -62_135_596_800_000_000)
  static let latest = WallTime(microseconds: 253_402_300_799_999_999)

  /// Microseconds since 1970; times beyond the years 1 and 9999 are taken as these ends.
  var moment: Int { Int(min(max(self, .earliest), .latest).microseconds) }

  init(moment: Int) {
    self.init(microseconds: Int64(moment))
  }

  /// The last whole second that is not after it.
  var seconds: Int { moment.floorDivided(by: 1_000_000) }
}
