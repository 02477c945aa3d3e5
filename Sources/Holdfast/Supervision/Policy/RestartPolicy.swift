/// Whether a child that ended by itself is started again (S11).
public enum RestartPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// Always, also after it returned normally. The default.
  case permanent
  /// Only when it failed or was abandoned; a normal return ends it and keeps its specification.
  case transient
  /// Never; its specification is forgotten as soon as it ends or is stopped.
  case temporary

  /// The decision table: the rows of OTP's `do_restart/3`.
  func restarts(after exit: Exit) -> Bool {
    switch (self, exit) {
    case (.permanent, _): true
    case (.transient, .failed), (.transient, .abandoned): true
    case (.transient, .normal), (.transient, .shutdown): false
    case (.temporary, _): false
    }
  }
}
