import Holdfast

/// Why a job is where it is, in words.
struct ExplanationReport: Codable, Equatable, Sendable {
  var id: JobID
  /// As in ``JobDetails/state``.
  var state: String
  /// The cause first, then the causes of the cause.
  var sentences: [String]
}
