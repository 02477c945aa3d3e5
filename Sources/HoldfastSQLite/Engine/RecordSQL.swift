/// Every statement on records and journals; each walks the primary key or an index.
enum RecordSQL {
  static let record = "SELECT revision, body FROM holdfast_records WHERE collection = ?1 AND key = ?2"
  static let revision = "SELECT revision FROM holdfast_records WHERE collection = ?1 AND key = ?2"
  static let put = """
    INSERT INTO holdfast_records(collection, key, revision, body) VALUES(?1, ?2, ?3, ?4)
    ON CONFLICT(collection, key) DO UPDATE SET revision = excluded.revision, body = excluded.body
    """
  static let delete = "DELETE FROM holdfast_records WHERE collection = ?1 AND key = ?2"
  static let page = """
    SELECT key, revision, body FROM holdfast_records WHERE collection = ?1 AND key > ?2 ORDER BY key LIMIT ?3
    """
  /// The job of a tenant that bears a name.
  static let named = """
    SELECT id FROM holdfast_jobs INDEXED BY holdfast_jobs_name
    WHERE partition = (SELECT id FROM holdfast_partitions WHERE name = ?1) AND name = ?2
    """

  // MARK: Journals

  /// How many entries a record's journal ever had, when some are left.
  static let place = """
    SELECT place FROM holdfast_journal INDEXED BY holdfast_journal_records
    WHERE collection = ?1 AND key = ?2 ORDER BY id DESC LIMIT 1
    """
  static let add = """
    INSERT INTO holdfast_journal(collection, id, key, place, at, body, job, duplicate)
    VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    """
  /// Deletes what is older than the newest entries of a record.
  static let trim = """
    DELETE FROM holdfast_journal WHERE collection = ?1 AND id IN (
      SELECT id FROM holdfast_journal INDEXED BY holdfast_journal_records
      WHERE collection = ?1 AND key = ?2 ORDER BY id DESC LIMIT -1 OFFSET ?3)
    """
  private static let columns = "id, key, at, body, job, duplicate"
  static let journal = """
    SELECT \(columns) FROM holdfast_journal WHERE collection = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3
    """
  static let journalOfRecord = """
    SELECT \(columns) FROM holdfast_journal INDEXED BY holdfast_journal_records
    WHERE collection = ?1 AND key = ?4 AND id < ?2 ORDER BY id DESC LIMIT ?3
    """
  static let prune = """
    DELETE FROM holdfast_journal WHERE collection = ?1 AND id IN (
      SELECT id FROM holdfast_journal INDEXED BY holdfast_journal_age
      WHERE collection = ?1 AND at < ?2 ORDER BY at, id LIMIT ?3)
    """
}
