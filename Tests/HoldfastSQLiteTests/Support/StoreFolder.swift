import Foundation
import Holdfast
import HoldfastSQLite

/// A folder of its own for one test, gone with the value.
final class StoreFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "holdfast-sqlite-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var file: String { path + "/jobs.sqlite" }

  func open(_ change: (inout SQLiteStore.Options) -> Void = { _ in }) async throws(StoreError) -> SQLiteStore {
    var options = SQLiteStore.Options()
    change(&options)
    return try await SQLiteStore.open(file, options: options)
  }
}

extension JobDraft {
  /// A job of kind `job`.
  static func job(_ change: (inout JobDraft) -> Void = { _ in }) -> JobDraft {
    var draft = JobDraft(kind: "job", payload: Data("{}".utf8))
    change(&draft)
    return draft
  }
}

extension JobStore {
  /// Everything in the store, newest first.
  func all() async throws -> [JobRecord] {
    var query = JobQuery()
    query.limit = 1000
    var found: [JobRecord] = []
    repeat {
      let page = try await jobs(query)
      found += page.jobs
      query.after = page.next
    } while query.after != nil
    return found
  }
}
