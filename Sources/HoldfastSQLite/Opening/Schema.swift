/// The tables, as numbered steps that only go forward.
///
/// They live beside a user's own tables in one file, so their names begin with `holdfast_`, and the number of the last
/// step is a row of ours: GRDB's migrator keeps its list in a table that the user's migrator would share.
enum Schema {
  /// The steps; a file is at version `count` after the last.
  static let steps = [jobs, records, details, tail]

  /// Finished jobs leave every index but the primary key: partial indexes keep the hot ones as small as what is alive,
  /// so ten million finished rows cost an enqueue and a claim next to nothing. Their conditions are comparisons: a list
  /// (`state IN (4, 5, 6)`) would open a temporary table for each row that is written; and where the state is looked up
  /// beside another column, they are equalities, because the planner prefers a range to the column's own value.
  private static let jobs = """
    CREATE TABLE holdfast_sequence(one INTEGER PRIMARY KEY CHECK (one = 1), job INTEGER NOT NULL) STRICT;
    INSERT INTO holdfast_sequence VALUES(1, 0);
    CREATE TABLE holdfast_partitions(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE holdfast_lanes(
      id INTEGER PRIMARY KEY, partition INTEGER NOT NULL, queue TEXT NOT NULL, UNIQUE(partition, queue)) STRICT;
    CREATE TABLE holdfast_kinds(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE holdfast_nodes(
      id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, lease INTEGER NOT NULL,
      handles TEXT NOT NULL, since INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT;
    CREATE TABLE holdfast_jobs(
      id INTEGER PRIMARY KEY,
      lane INTEGER NOT NULL, partition INTEGER NOT NULL, kind INTEGER NOT NULL, version INTEGER NOT NULL,
      state INTEGER NOT NULL, rank INTEGER NOT NULL, due INTEGER NOT NULL, enqueued INTEGER NOT NULL,
      attempt INTEGER NOT NULL, max_attempts INTEGER NOT NULL, crashes INTEGER NOT NULL, max_crashes INTEGER NOT NULL,
      token INTEGER NOT NULL, node INTEGER, started INTEGER, finished INTEGER, timeout INTEGER,
      unique_until INTEGER NOT NULL, execution_limit INTEGER NOT NULL,
      name TEXT, unique_key TEXT, execution_key TEXT, metadata TEXT, correlation TEXT, causation TEXT,
      progress REAL, progress_note TEXT, progress_at INTEGER,
      cancel INTEGER NOT NULL, parking TEXT, reason TEXT, output BLOB, payload BLOB NOT NULL) STRICT;
    CREATE INDEX holdfast_jobs_runnable ON holdfast_jobs(lane, rank, due, id) WHERE state = 0;
    CREATE UNIQUE INDEX holdfast_jobs_unique ON holdfast_jobs(partition, unique_key)
      WHERE unique_key IS NOT NULL AND (state < 3 OR state = 6) AND (unique_until = 1 OR token = 0);
    CREATE UNIQUE INDEX holdfast_jobs_name ON holdfast_jobs(partition, name) WHERE name IS NOT NULL;
    CREATE INDEX holdfast_jobs_keys ON holdfast_jobs(partition, execution_key, state, lane, id)
      WHERE execution_key IS NOT NULL AND (state = 1 OR state = 2);
    CREATE INDEX holdfast_jobs_executing ON holdfast_jobs(node, id) WHERE state = 2;
    CREATE INDEX holdfast_jobs_waiting ON holdfast_jobs(lane, id) WHERE state = 1;
    CREATE INDEX holdfast_jobs_ended ON holdfast_jobs(state, lane, finished, id) WHERE state > 3;
    CREATE TABLE holdfast_counts(
      lane INTEGER NOT NULL, state INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(lane, state)) STRICT, WITHOUT ROWID;
    CREATE TABLE holdfast_failures(
      job INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL, attempt INTEGER NOT NULL,
      at INTEGER NOT NULL, PRIMARY KEY(job, seq)) STRICT, WITHOUT ROWID;
    CREATE TABLE holdfast_pauses(
      partition TEXT NOT NULL, queue TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL, note TEXT,
      PRIMARY KEY(partition, queue)) STRICT, WITHOUT ROWID;
    CREATE TABLE holdfast_settings(
      partition TEXT NOT NULL, queue TEXT NOT NULL, workers INTEGER, running INTEGER, rate_count INTEGER,
      rate_period INTEGER, weight REAL, rate_state INTEGER, PRIMARY KEY(partition, queue)) STRICT, WITHOUT ROWID;
    CREATE TABLE holdfast_audit(
      id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
      target TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
    CREATE TABLE holdfast_signals(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, subject INTEGER NOT NULL) STRICT;
    """

  /// A journal has no row numbers: its own order, by collection, is the one in which it is read.
  private static let records = """
    ALTER TABLE holdfast_sequence ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE holdfast_sequence ADD COLUMN entry INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE holdfast_signals ADD COLUMN collection TEXT;
    CREATE TABLE holdfast_records(
      collection TEXT NOT NULL, key TEXT NOT NULL, revision INTEGER NOT NULL, body BLOB NOT NULL,
      PRIMARY KEY(collection, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE holdfast_journal(
      collection TEXT NOT NULL, id INTEGER NOT NULL, key TEXT NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL,
      body BLOB NOT NULL, job INTEGER, duplicate INTEGER NOT NULL,
      PRIMARY KEY(collection, id)) STRICT, WITHOUT ROWID;
    CREATE INDEX holdfast_journal_records ON holdfast_journal(collection, key, id, place);
    CREATE INDEX holdfast_journal_age ON holdfast_journal(collection, at, id);
    """

  /// The counts of all jobs: of those that are counted, and of those after them as they are; see ``Tally``.
  private static let tail = """
    CREATE VIEW holdfast_counted AS
      SELECT lane, state, sum(n) AS n FROM (
        SELECT lane, state, n FROM holdfast_counts
        UNION ALL
        SELECT lane, state, 1 FROM holdfast_jobs NOT INDEXED WHERE id > (SELECT job FROM holdfast_sequence))
      GROUP BY lane, state
    """

  /// What errors say beyond their words.
  private static let details = "ALTER TABLE holdfast_failures ADD COLUMN detail TEXT"
}
