import GRDB
import Holdfast
import Testing

@testable import HoldfastSQLite

extension StoreFiles {
  /// What SQLite would do for each hot statement.
  @Suite struct PlanTests {
    static let hot: [(sql: HotSQL, plan: String)] = [
      (JobSQL.holder, "SEARCH holdfast_jobs USING INDEX holdfast_jobs_unique (partition=? AND unique_key=?)"),
      (JobSQL.named, "SEARCH holdfast_jobs USING INDEX holdfast_jobs_name (partition=? AND name=?)"),
      (JobSQL.nextRank, "SEARCH holdfast_jobs USING INDEX holdfast_jobs_runnable (lane=? AND rank>?)"),
      (JobSQL.nextDue, "SEARCH holdfast_jobs USING INDEX holdfast_jobs_runnable (lane=? AND rank=? AND due>?)"),
      (
        JobSQL.candidates,
        "SEARCH holdfast_jobs USING INDEX holdfast_jobs_runnable (lane=? AND rank=? AND due>? AND due<?)"
      ),
      (JobSQL.take, "SEARCH holdfast_jobs USING INTEGER PRIMARY KEY (rowid=?)"),
      (JobSQL.takeMany, "SEARCH holdfast_jobs USING INTEGER PRIMARY KEY (rowid=?)"),
      (
        JobSQL.holders,
        "SEARCH holdfast_jobs USING COVERING INDEX holdfast_jobs_keys (partition=? AND execution_key=? AND state=?)"
      ),
      (
        JobSQL.firstWaiting,
        "SEARCH holdfast_jobs USING INDEX holdfast_jobs_keys (partition=? AND execution_key=? AND state=? AND lane>?)"
      ),
      (
        JobSQL.waitingBefore,
        "SEARCH holdfast_jobs USING COVERING INDEX holdfast_jobs_keys "
          + "(partition=? AND execution_key=? AND state=? AND lane=? AND id<?)"
      ),
      (JobSQL.tail, "SEARCH holdfast_jobs USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
      (JobSQL.setState, "SEARCH holdfast_jobs USING INTEGER PRIMARY KEY (rowid=?)"),
      (JobSQL.complete, "SEARCH holdfast_jobs USING INTEGER PRIMARY KEY (rowid=?)"),
      (JobSQL.completeMany, "SEARCH holdfast_jobs USING INTEGER PRIMARY KEY (rowid=?)"),
      (JobSQL.completeRange, "SEARCH holdfast_jobs USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
      (JobSQL.runsOfMany, "SEARCH holdfast_jobs USING INTEGER PRIMARY KEY (rowid=?)"),
      (JobSQL.runsInRange, "SEARCH holdfast_jobs USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
      (JobSQL.report, "SEARCH holdfast_jobs USING INTEGER PRIMARY KEY (rowid=?)"),
      (JobSQL.update, "SEARCH holdfast_jobs USING INTEGER PRIMARY KEY (rowid=?)"),
      (JobSQL.executing, "SEARCH holdfast_jobs USING INDEX holdfast_jobs_executing (node=?)"),
      (JobSQL.queuedOfLane, "SEARCH holdfast_jobs USING INDEX holdfast_jobs_runnable (lane=?)"),
      (JobSQL.waitingOfLane, "SEARCH holdfast_jobs USING INDEX holdfast_jobs_waiting (lane=?)"),
      (JobSQL.parkedOfLane, "SEARCH holdfast_jobs USING INDEX holdfast_jobs_ended (state=? AND lane=?)"),
      (HotSQL(RecordSQL.record), "SEARCH holdfast_records USING PRIMARY KEY (collection=? AND key=?)"),
      (HotSQL(RecordSQL.revision), "SEARCH holdfast_records USING PRIMARY KEY (collection=? AND key=?)"),
      (HotSQL(RecordSQL.delete), "SEARCH holdfast_records USING PRIMARY KEY (collection=? AND key=?)"),
      (HotSQL(RecordSQL.page), "SEARCH holdfast_records USING PRIMARY KEY (collection=? AND key>?)"),
      (
        HotSQL(RecordSQL.named), "SEARCH holdfast_jobs USING COVERING INDEX holdfast_jobs_name (partition=? AND name=?)"
      ),
      (
        HotSQL(RecordSQL.place),
        "SEARCH holdfast_journal USING COVERING INDEX holdfast_journal_records (collection=? AND key=?)"
      ),
      (HotSQL(RecordSQL.journal), "SEARCH holdfast_journal USING PRIMARY KEY (collection=? AND id<?)"),
      (
        HotSQL(RecordSQL.journalOfRecord),
        "SEARCH holdfast_journal USING INDEX holdfast_journal_records (collection=? AND key=? AND id<?)"
      ),
      (HotSQL(RecordSQL.trim), "SEARCH holdfast_journal USING PRIMARY KEY (collection=? AND id=?)"),
      (HotSQL(RecordSQL.prune), "SEARCH holdfast_journal USING PRIMARY KEY (collection=? AND id=?)"),
    ]

    @Test(arguments: hot)
    func `every hot statement walks its index, without a scan and without sorting`(sql: HotSQL, plan: String)
      async throws
    {
      let folder = try StoreFolder()
      let store = try await folder.open()
      let steps = try await store.pool.read { database in
        try Connection(database).statement("EXPLAIN QUERY PLAN " + sql.text).rows { $0.text(3) }
      }
      #expect(steps.first == plan)
      #expect(!steps.contains { $0.contains("SCAN") || $0.contains("TEMP B-TREE") })
      await store.close()
    }
  }
}
