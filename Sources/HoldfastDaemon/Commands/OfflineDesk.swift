import Holdfast
import HoldfastSQLite

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Answers about jobs and schedules while no daemon runs: it opens the store beside whoever may own it, and never runs a
/// job.
struct OfflineDesk: Sendable {
  let path: String
  private let file: StoreFile
  private let desk: JobDesk
  private let schedules: ScheduleDesk

  /// Nil where the file of this folder describes no jobs, or no store is there yet.
  ///
  /// - Throws: ``ConfigurationError`` for a wrong file, a ``Failure`` for a store that cannot be used.
  static func open(because failure: Failure) async throws -> OfflineDesk? {
    // The socket of another folder says nothing about this one's store.
    guard ProcessInfo.processInfo.environment["HOLDFAST_SOCKET"] ?? "" == "",
      FileManager.default.fileExists(atPath: ConfigurationFile.standardName)
    else { return nil }
    let configuration = try ConfigurationFile.load(ConfigurationFile.standardName)
    guard configuration.hasStore, FileManager.default.fileExists(atPath: configuration.store) else { return nil }
    let file = try await StoreFile.open(configuration.store, as: .client)
    let desk = JobDesk(store: file.store, configuration: configuration, actor: Actor.current)
    let schedules = ScheduleDesk(schedules: Schedules(file.records, actor: Actor.current))
    return OfflineDesk(path: configuration.store, file: file, desk: desk, schedules: schedules)
  }

  /// The lines of the answer, JSON; the file is closed afterwards.
  func answer(_ request: ControlRequest) async -> Result<[String], any Error> {
    let result: Result<[String], any Error>
    do {
      result = .success(try await lines(request))
    } catch {
      result = .failure(error)
    }
    await file.close()
    return result
  }

  private func lines(_ request: ControlRequest) async throws -> [String] {
    switch request.command {
    case .enqueue: return try await desk.enqueue(request.enqueue ?? EnqueueRequest(kind: "")).map(JSONLine.encode)
    case .schedules:
      return try await schedules.answer(request.schedule ?? ScheduleRequest(action: .list)).map {
        try JSONLine.encode($0)
      }
    case .job: return [try JSONLine.encode(await desk.job(request.names?.first ?? ""))]
    default:
      let (jobs, end) = try await desk.jobs(request.query ?? JobQuery())
      return try jobs.map(JSONLine.encode) + (end.map { [try JSONLine.encode($0)] } ?? [])
    }
  }
}
