#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How payloads and outputs become JSON and back. One coder each for all jobs: making one costs as much as a small job.
enum PayloadCoding {
  static let encoder = JSONEncoder()
  static let decoder = JSONDecoder()
}
