#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Rounds of several sides taken in turns, so that a noisy minute hits all alike.
enum Turns {
  /// - Returns: For each side the medians of its figures.
  static func medians(_ runs: Int, _ sides: [Comparison.Side]) async throws -> [[Double]] {
    var rounds = [[[Double]]](repeating: [], count: sides.count)
    for _ in 0..<runs {
      for (index, side) in sides.enumerated() {
        // What the side before left to be written is not for this one to wait for.
        sync()
        rounds[index].append(try await side.round())
      }
    }
    return rounds.map { rounds in (rounds.first ?? []).indices.map { index in rounds.map { $0[index] }.median } }
  }
}
