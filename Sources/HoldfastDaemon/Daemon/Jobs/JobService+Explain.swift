import Holdfast

extension JobService {
  /// Why a job is where it is, in words.
  func explain(_ desk: JobDesk, _ name: String) async throws -> ExplanationReport {
    let record = try await desk.record(name)
    return ExplanationReport(id: record.id, state: record.view(at: desk.now).rawValue, sentences: [])
  }
}
