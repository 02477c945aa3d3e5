/// Which children are restarted when one of them has to be.
public enum Strategy: String, Sendable, Hashable, Codable, CaseIterable {
  /// Only that child (S1).
  case oneForOne
  /// All children: the others are stopped in reverse start order, then all are started in order (S2).
  case oneForAll
  /// That child and those started after it (S3).
  case restForOne
}

/// Whether the end of significant children ends their supervisor (S12).
public enum AutoShutdown: String, Sendable, Hashable, Codable, CaseIterable {
  /// It does not. The default; no child may then be significant.
  case never
  /// When the first significant child ended by itself and will not be restarted.
  case anySignificant
  /// When the last significant child did.
  case allSignificant
}
