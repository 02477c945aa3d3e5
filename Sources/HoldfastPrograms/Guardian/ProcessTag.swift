import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An environment entry that every process of one generation inherits, even when it leaves its group and its session.
struct ProcessTag: Sendable, Hashable {
  static let variable = "HOLDFAST_TREE"
  private static let process = UUID().uuidString
  private static let last = Atomic<UInt64>(0)

  /// Begins the entries of all generations of this process.
  static var tree: String { "\(variable)=\(process)/" }

  /// `HOLDFAST_TREE=<this process>/<generation>/`; the last slash keeps 1 apart from 12.
  let entry: String

  init() {
    entry = Self.tree + "\(Self.last.wrappingAdd(1, ordering: .relaxed).newValue)/"
  }
}
