/// The shape of a set of numbers, for saying it in few words.
enum ValueShape: Equatable {
  case all
  case one(Int)
  case range(ClosedRange<Int>)
  /// Three or more with the same distance, of two or more.
  case steps(from: Int, by: Int, through: Int)
  case list([Int])

  init(_ values: [Int], of range: ClosedRange<Int>) {
    let distances = Set(zip(values, values.dropFirst()).map { $1 - $0 })
    switch (values.count, distances.first) {
    case (range.count, _): self = .all
    case (1, _): self = .one(values[0])
    case (3..., let step?) where distances.count == 1:
      let last = values[values.count - 1]
      self = step == 1 ? .range(values[0]...last) : .steps(from: values[0], by: step, through: last)
    default: self = .list(values)
    }
  }

  /// Whether it starts at the first value and the distance from the last one back to it is the same.
  func isEven(_ range: ClosedRange<Int>) -> Bool {
    guard case .steps(let from, let step, let last) = self else { return false }
    return from == range.lowerBound && last + step == range.upperBound + 1
  }
}

extension UInt64 {
  /// The numbers of the bits that are set.
  var values: [Int] { (0..<64).filter { self >> $0 & 1 != 0 } }
}

extension [String] {
  /// `a`, `a and b`, `a, b and c`.
  func listed(_ conjunction: String = "and") -> String {
    guard count > 1 else { return joined() }
    return dropLast().joined(separator: ", ") + " \(conjunction) " + self[count - 1]
  }
}

extension Int {
  /// `1st`, `2nd`, `3rd`, `4th`.
  var ordinal: String {
    let suffix = (11...13).contains(self % 100) ? "th" : ["th", "st", "nd", "rd"][self % 10 < 4 ? self % 10 : 0]
    return "\(self)\(suffix)"
  }
}
