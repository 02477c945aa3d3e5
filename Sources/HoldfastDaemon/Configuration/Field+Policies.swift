import Holdfast

extension Field {
  /// `{ restarts: 5, within: 30s, counting: immediateRestarts, then: escalate }`, or `unlimited`.
  func intensity() -> Intensity? {
    if text == "unlimited" { return .unlimited }
    guard text == nil else { return expected("`unlimited` or a mapping such as { restarts: 5, within: 30s }") }
    guard let map = map("that describes an intensity", keys: ["restarts", "within", "counting", "then"]) else {
      return nil
    }
    var intensity = Intensity.standard
    map.read("restarts", into: &intensity.restarts) { $0.integer(0...1_000_000) }
    map.read("within", into: &intensity.period) { $0.duration(zero: false) }
    map.read("counting", into: &intensity.counting) { field in
      field.choice(among: ["immediateRestarts", "allRestarts"]).flatMap(Intensity.Counting.init)
    }
    map.read("then", into: &intensity.breach) { $0.breach() }
    return intensity
  }

  /// `{ failures: 10, then: park }`.
  func failureLimit() -> FailureLimit? {
    guard let map = map("such as { failures: 10, then: park }", keys: ["failures", "then"]) else { return nil }
    let action = map["then"].map { $0.breach() } ?? .escalate
    guard let failures = map.required("failures", "how many failures in a row are allowed")?.integer(0...1_000_000),
      let action
    else { return nil }
    return .failures(failures, then: action)
  }

  /// `escalate`, `park`, `{ coolDown: 5m }` or `{ exit: 70 }`.
  private func breach() -> BreachAction? {
    if text != nil {
      guard let word = choice(among: ["escalate", "park"]) else { return nil }
      return word == "park" ? .park : .escalate
    }
    guard let map = map("that names an action", keys: ["coolDown", "exit"]) else { return nil }
    switch (map["coolDown"], map["exit"]) {
    case (let field?, nil): return field.duration(zero: false).map { .coolDown($0) }
    case (nil, let field?): return field.integer(0...255).map { .exitProcess(Int32($0)) }
    default: return expected("escalate, park, { coolDown: 5m } or { exit: 70 }")
    }
  }

  /// A list of names, or one name.
  func names() -> [String]? {
    text == nil ? list(of: "names") { $0.name() } : name().map { [$0] }
  }
}
