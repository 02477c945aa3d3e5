/// The environment variables that a program starts with.
public struct ProgramEnvironment: Sendable, Equatable {
  /// What comes from the supervisor's own environment.
  public enum Inheritance: Sendable, Equatable {
    /// All variables. The default.
    case all
    /// None at all, not even `PATH`.
    case none
    /// These, as far as they are set.
    case only([String])
  }

  /// Default ``Inheritance/all``.
  public var inherit: Inheritance
  /// Variables added, or set to another value. Default none.
  public var set: [String: String]

  /// Inherits, then sets.
  public init(inherit: Inheritance = .all, set: [String: String] = [:]) {
    self.inherit = inherit
    self.set = set
  }

  /// The variables that result for a supervisor with the environment `own`.
  public func resolved(from own: [String: String]) -> [String: String] {
    own.filter { inherit.includes($0.key) }.merging(set) { _, new in new }
  }
}

extension ProgramEnvironment.Inheritance {
  fileprivate func includes(_ name: String) -> Bool {
    switch self {
    case .all: true
    case .none: false
    case .only(let names): names.contains(name)
    }
  }
}
