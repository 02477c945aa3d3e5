import Holdfast

extension JobService {
  /// Why a job is where it is, in words.
  func explain(_ desk: JobDesk, _ name: String) async throws -> ExplanationReport {
    let record = try await desk.record(name)
    let queue = JobQueue(store, partition: record.partition, actor: desk.actor)
    let runners = runner.map { [$0] } ?? []
    let explanation = try await desk.told { () async throws(StoreError) in
      try await queue.explain(record.id, runners: runners)
    }
    let sentences = explanation?.links.flatMap { link in
      link.causes.map { cause in link.job == record.id ? "\(cause)" : "job \(link.job): \(cause)" }
    }
    return ExplanationReport(
      id: record.id, state: record.view(at: desk.now).rawValue, sentences: sentences ?? ["it is gone"])
  }
}
