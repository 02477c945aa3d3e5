import Holdfast

/// A backoff that can be compared; it becomes a ``Holdfast/Backoff`` when the program is started.
struct BackoffConfiguration: Equatable, Sendable {
  enum Shape: Equatable, Sendable {
    case none
    case constant(Duration)
    case linear(from: Duration, step: Duration)
    case exponential(from: Duration, factor: Double)
    case fibonacci(from: Duration)
  }

  var shape = Shape.exponential(from: .milliseconds(200), factor: 2)
  var cap = Duration.seconds(30)
  var jitter = Backoff.Jitter.full
  /// Whether the first restart is immediate.
  var immediateFirst = true
  var reset = Duration.seconds(60)
  var meaning = Backoff.Meaning.afterExit

  var policy: Backoff {
    Backoff(kind, cap: cap, jitter: jitter, immediateFirst: immediateFirst, reset: reset, meaning: meaning)
  }

  private var kind: Backoff.Kind {
    switch shape {
    case .none: .none
    case .constant(let delay): .constant(delay)
    case .linear(let from, let step): .linear(from: from, step: step)
    case .exponential(let from, let factor): .exponential(from: from, factor: factor)
    case .fibonacci(let from): .fibonacci(from: from)
    }
  }
}

extension BackoffConfiguration {
  static let shapes = ["none", "constant", "linear", "exponential", "fibonacci"]
  private static let options = ["jitter", "reset", "meaning", "first"]

  /// `none`, `exponential` … with their defaults, or a mapping with one shape and options.
  init?(_ field: Field, immediateFirst: Bool = true) {
    self.immediateFirst = immediateFirst
    if field.text != nil {
      guard let word = field.choice(among: Self.shapes) else { return nil }
      setShape(word)
    } else {
      guard let map = field.map("that describes a backoff", keys: Self.shapes + Self.options) else { return nil }
      readShape(map)
      map.read("jitter", into: &jitter) { $0.choice() }
      map.read("reset", into: &reset) { $0.duration(zero: false) }
      readMeaning(map)
    }
  }

  private mutating func setShape(_ word: String) {
    switch word {
    case "none": shape = .none
    case "constant": (shape, cap, jitter) = (.constant(.seconds(1)), .seconds(1), .none)
    case "linear": shape = .linear(from: .milliseconds(200), step: .milliseconds(200))
    case "fibonacci": shape = .fibonacci(from: .milliseconds(200))
    default: shape = .exponential(from: .milliseconds(200), factor: 2)
    }
  }

  private mutating func readShape(_ map: FieldMap) {
    let given = Self.shapes.filter { map[$0] != nil }
    guard given.count < 2 else {
      let _: Never? = map.field.fail("give only one of \(given.joined(separator: ", "))")
      return
    }
    guard let word = given.first, let field = map[word] else { return }
    setShape(word)
    if word == "none" {
      let _: Never? = field.fail("takes no value here: write `backoff: none`")
    } else if word == "constant" {
      guard let delay = field.duration() else { return }
      (shape, cap) = (.constant(delay), delay)
    } else if !field.isNothing {
      readGrowth(field, word)
    }
  }

  private mutating func readGrowth(_ field: Field, _ word: String) {
    var (from, step, factor) = (Duration.milliseconds(200), Duration.milliseconds(200), 2.0)
    let own = ["linear": ["step"], "exponential": ["factor"]][word] ?? []
    guard let map = field.map("of delays", keys: ["from", "to"] + own) else { return }
    map.read("from", into: &from) { $0.duration(zero: false) }
    map.read("to", into: &cap) { $0.duration(zero: false) }
    map.read("step", into: &step) { $0.duration() }
    map.read("factor", into: &factor) { $0.factor() }
    if from > cap { let _: Never? = field.fail("`from` is longer than `to`: the longest delay comes last") }
    switch word {
    case "linear": shape = .linear(from: from, step: step)
    case "fibonacci": shape = .fibonacci(from: from)
    default: shape = .exponential(from: from, factor: factor)
    }
  }

  private mutating func readMeaning(_ map: FieldMap) {
    if let word = map["meaning"]?.choice(among: ["afterExit", "minimumLifetime"]) {
      meaning = Backoff.Meaning(rawValue: word) ?? meaning
    }
    if let word = map["first"]?.choice(among: ["now", "delayed"]) { immediateFirst = word == "now" }
  }
}

extension Field {
  fileprivate func factor() -> Double? {
    guard let text, let value = Double(text), value >= 1, value <= 1000 else {
      return expected("a number from 1 to 1000")
    }
    return value
  }
}
