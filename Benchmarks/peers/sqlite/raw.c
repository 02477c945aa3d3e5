// What the disk and SQLite itself allow for a job table: the store's statements through the C interface, no library
// between, one connection, WAL, synchronous=FULL.
//   raw FOLDER        asked by lines, answers each by one line with a rate per second:
//     sync COUNT            8 KiB written over and fdatasync, COUNT times
//     pace COUNT            the same 100 times a second: the median and the 99th percentile of one, in milliseconds
//     insert BATCH COUNT    COUNT rows, BATCH in a transaction
//     life BATCH COUNT      COUNT rows inserted, claimed and completed: three transactions for each BATCH
//     drain BATCH COUNT     the same rows claimed, with the completions of the batch before in the same transaction
//   raw fill FILE FINISHED FUTURE
//     gives a closed store that has one completed job and one of the future so many more of each, an hour apart or less
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// The store's table and indexes.
static const char *schema =
  "CREATE TABLE holdfast_jobs("
  " id INTEGER PRIMARY KEY,"
  " lane INTEGER NOT NULL, partition INTEGER NOT NULL, kind INTEGER NOT NULL, version INTEGER NOT NULL,"
  " state INTEGER NOT NULL, rank INTEGER NOT NULL, due INTEGER NOT NULL, enqueued INTEGER NOT NULL,"
  " attempt INTEGER NOT NULL, max_attempts INTEGER NOT NULL, crashes INTEGER NOT NULL, max_crashes INTEGER NOT NULL,"
  " token INTEGER NOT NULL, node INTEGER, started INTEGER, finished INTEGER, timeout INTEGER,"
  " unique_until INTEGER NOT NULL, execution_limit INTEGER NOT NULL,"
  " name TEXT, unique_key TEXT, execution_key TEXT, metadata TEXT, correlation TEXT, causation TEXT,"
  " progress REAL, progress_note TEXT, progress_at INTEGER,"
  " cancel INTEGER NOT NULL, parking TEXT, reason TEXT, output BLOB, payload BLOB NOT NULL) STRICT;"
  "CREATE INDEX holdfast_jobs_runnable ON holdfast_jobs(lane, rank, due, id) WHERE state = 0;"
  "CREATE UNIQUE INDEX holdfast_jobs_unique ON holdfast_jobs(partition, unique_key)"
  " WHERE unique_key IS NOT NULL AND (state < 3 OR state = 6) AND (unique_until = 1 OR token = 0);"
  "CREATE UNIQUE INDEX holdfast_jobs_name ON holdfast_jobs(partition, name) WHERE name IS NOT NULL;"
  "CREATE INDEX holdfast_jobs_keys ON holdfast_jobs(partition, execution_key, state, lane, id)"
  " WHERE execution_key IS NOT NULL AND (state = 1 OR state = 2);"
  "CREATE INDEX holdfast_jobs_executing ON holdfast_jobs(node, id) WHERE state = 2;"
  "CREATE INDEX holdfast_jobs_waiting ON holdfast_jobs(lane, id) WHERE state = 1;"
  "CREATE INDEX holdfast_jobs_ended ON holdfast_jobs(state, lane, finished, id) WHERE state > 3;";
static const char *statements[] = {
  "BEGIN IMMEDIATE",
  "COMMIT",
  "INSERT INTO holdfast_jobs(id, lane, partition, kind, version, rank, due, enqueued, max_attempts, max_crashes, payload,"
  " state, attempt, crashes, token, cancel, unique_until, execution_limit)"
  " VALUES(?1, 1, 1, 1, 1, 0, ?2, ?2, 1, 3, ?3, 0, 0, 0, 0, 0, 1, 1)",
  "SELECT id, token, lane, kind, version, state, rank, due, enqueued, attempt, max_attempts, crashes, max_crashes,"
  " started, finished, timeout, unique_until, execution_limit, name, unique_key, execution_key, metadata, correlation,"
  " causation, progress, progress_note, progress_at, cancel, parking, reason, output, payload"
  " FROM holdfast_jobs INDEXED BY holdfast_jobs_runnable"
  " WHERE state = 0 AND lane = 1 AND rank = 0 AND due <= ?1 ORDER BY due, id LIMIT ?2",
  "UPDATE holdfast_jobs SET state = 2, attempt = attempt + 1, token = token + 1, node = 1, started = ?2 WHERE id = ?1",
  "UPDATE holdfast_jobs SET state = 3, finished = ?3, output = NULL, node = NULL"
  " WHERE id = ?1 AND token = ?2 AND state = 2 AND cancel = 0",
};
enum { begin, commit, insert, pick, mark, complete, statementCount };
enum { tokenColumn = 1, mostClaimed = 10000 };

static sqlite3 *database;
static sqlite3_stmt *prepared[statementCount];
static sqlite3_int64 claimed[mostClaimed], tokens[mostClaimed];
static sqlite3_int64 last;
static volatile unsigned read_bytes;

static void check(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "raw: %s: %s\n", what, database ? sqlite3_errmsg(database) : "failed");
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static sqlite3_int64 now_microseconds(void) { return (sqlite3_int64)(now() * 1e6); }

static void execute(const char *sql) { check(sqlite3_exec(database, sql, 0, 0, 0) == SQLITE_OK, sql); }

static void run(int statement) {
  check(sqlite3_step(prepared[statement]) == SQLITE_DONE, statements[statement]);
  sqlite3_reset(prepared[statement]);
}

static void open_database(const char *path) {
  check(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, 0) == SQLITE_OK, path);
  execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536");
  check(sqlite3_exec(database, schema, 0, 0, 0) == SQLITE_OK, "schema");
  for (int i = 0; i < statementCount; i++)
    check(sqlite3_prepare_v3(database, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &prepared[i], 0) == SQLITE_OK, statements[i]);
}

static void insert_batch(int count) {
  char payload[100];
  memset(payload, 'a', sizeof payload);
  run(begin);
  for (int i = 0; i < count; i++) {
    sqlite3_bind_int64(prepared[insert], 1, ++last);
    sqlite3_bind_int64(prepared[insert], 2, now_microseconds());
    sqlite3_bind_blob(prepared[insert], 3, payload, sizeof payload, SQLITE_STATIC);
    run(insert);
  }
  run(commit);
}

// Reads every column, as whoever runs the job has to.
static int claim_in_transaction(int count) {
  int found = 0;
  sqlite3_int64 time = now_microseconds();
  sqlite3_bind_int64(prepared[pick], 1, time);
  sqlite3_bind_int64(prepared[pick], 2, count);
  while (sqlite3_step(prepared[pick]) == SQLITE_ROW) {
    int columns = sqlite3_column_count(prepared[pick]);
    for (int i = 0; i < columns; i++) {
      const char *bytes = sqlite3_column_type(prepared[pick], i) == SQLITE_BLOB || sqlite3_column_type(prepared[pick], i) == SQLITE_TEXT
        ? sqlite3_column_blob(prepared[pick], i) : 0;
      if (bytes) read_bytes += bytes[0];
    }
    claimed[found] = sqlite3_column_int64(prepared[pick], 0);
    tokens[found++] = sqlite3_column_int64(prepared[pick], tokenColumn) + 1;
  }
  sqlite3_reset(prepared[pick]);
  for (int i = 0; i < found; i++) {
    sqlite3_bind_int64(prepared[mark], 1, claimed[i]);
    sqlite3_bind_int64(prepared[mark], 2, time);
    run(mark);
  }
  return found;
}

static void complete_in_transaction(int count) {
  for (int i = 0; i < count; i++) {
    sqlite3_bind_int64(prepared[complete], 1, claimed[i]);
    sqlite3_bind_int64(prepared[complete], 2, tokens[i]);
    sqlite3_bind_int64(prepared[complete], 3, now_microseconds());
    run(complete);
  }
}

static void life(int batch) {
  insert_batch(batch);
  run(begin);
  check(claim_in_transaction(batch) == batch, "claim");
  run(commit);
  run(begin);
  complete_in_transaction(batch);
  run(commit);
}

static double drain(int batch, int count) {
  for (int done = 0; done < count; done += 1000) insert_batch(1000);
  double start = now();
  int held = 0;
  for (int done = 0; done <= count; done += batch) {
    run(begin);
    complete_in_transaction(held);
    held = claim_in_transaction(batch);
    run(commit);
  }
  return now() - start;
}

enum { blocks = 512 };
static char block[8192];

static int open_probe(const char *path) {
  int file = open(path, O_CREAT | O_RDWR, 0600);
  check(file >= 0, path);
  for (int i = 0; i < blocks; i++) check(write(file, block, sizeof block) == sizeof block, path);
  fsync(file);
  return file;
}

static void sync_block(int file, int number) {
  check(pwrite(file, block, sizeof block, number % blocks * sizeof block) == sizeof block, "write");
  check(fdatasync(file) == 0, "fdatasync");
}

static double sync_disk(const char *path, int count) {
  int file = open_probe(path);
  double start = now();
  for (int i = 0; i < count; i++) sync_block(file, i);
  double took = now() - start;
  close(file);
  return took;
}

static int compare(const void *a, const void *b) { return *(const double *)a < *(const double *)b ? -1 : 1; }

static void pace(const char *path, int count) {
  static double took[10000];
  struct timespec pause = {0, 10000000};
  int file = open_probe(path);
  check(count <= 10000, "pace");
  for (int i = 0; i < count; i++) {
    nanosleep(&pause, 0);
    double start = now();
    sync_block(file, i);
    took[i] = (now() - start) * 1000;
  }
  close(file);
  qsort(took, count, sizeof *took, compare);
  printf("%.4f %.4f\n", took[count / 2], took[count * 99 / 100]);
}

// Copies of the row of a state, under new ids; whatever columns it has.
static void copy_rows(int state, int count) {
  char sql[4096] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)"
    " INSERT INTO holdfast_jobs SELECT top + i";
  sqlite3_stmt *columns, *copy;
  check(sqlite3_prepare_v2(database, "SELECT name FROM pragma_table_info('holdfast_jobs') WHERE name <> 'id'", -1, &columns, 0) == SQLITE_OK, "columns");
  while (sqlite3_step(columns) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(columns, 0);
    strcat(strcat(sql, strcmp(name, "due") ? ", j." : ", i * 3600000000 / ?2 + j."), name);
  }
  sqlite3_finalize(columns);
  strcat(sql, " FROM n, (SELECT max(id) AS top FROM holdfast_jobs), (SELECT * FROM holdfast_jobs WHERE state = ?1 LIMIT 1) j");
  check(sqlite3_prepare_v2(database, sql, -1, &copy, 0) == SQLITE_OK, sql);
  sqlite3_bind_int(copy, 1, state);
  sqlite3_bind_int(copy, 2, count);
  check(sqlite3_step(copy) == SQLITE_DONE, "copy");
  sqlite3_finalize(copy);
}

static void fill(const char *path, int finished, int future) {
  enum { slice = 100000 };
  check(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, 0) == SQLITE_OK, path);
  execute("PRAGMA synchronous=OFF; PRAGMA cache_size=-262144; PRAGMA wal_autocheckpoint=20000");
  for (int done = 0; done < finished; done += slice) copy_rows(3, finished - done < slice ? finished - done : slice);
  for (int done = 0; done < future; done += slice) copy_rows(0, future - done < slice ? future - done : slice);
  execute("UPDATE holdfast_sequence SET job = (SELECT max(id) FROM holdfast_jobs);"
    "DELETE FROM holdfast_counts;"
    "INSERT INTO holdfast_counts SELECT lane, state, count(*) FROM holdfast_jobs GROUP BY lane, state");
  execute("PRAGMA wal_checkpoint(TRUNCATE)");
  check(sqlite3_close(database) == SQLITE_OK, "close");
}

int main(int argc, char **argv) {
  if (argc == 5 && !strcmp(argv[1], "fill")) {
    fill(argv[2], atoi(argv[3]), atoi(argv[4]));
    return 0;
  }
  check(argc == 2, "usage: raw FOLDER, or raw fill FILE FINISHED FUTURE");
  char path[4096], probe[4096], line[8192];
  snprintf(path, sizeof path, "%s/raw.db", argv[1]);
  snprintf(probe, sizeof probe, "%s/sync", argv[1]);
  for (int i = 0; i < 3; i++) {
    snprintf(line, sizeof line, "%s%s", path, (const char *[]){"", "-wal", "-shm"}[i]);
    unlink(line);
  }
  open_database(path);
  while (fgets(line, sizeof line, stdin)) {
    int batch = 1, count = 0;
    double start = now(), took = 0;
    if (sscanf(line, "pace %d", &count) == 1) {
      pace(probe, count);
      fflush(stdout);
      continue;
    }
    if (sscanf(line, "sync %d", &count) == 1) took = sync_disk(probe, count);
    else if (sscanf(line, "insert %d %d", &batch, &count) == 2) {
      for (int done = 0; done < count; done += batch) insert_batch(batch);
      // Nothing stays runnable, or the next life would claim it.
      took = now() - start;
      execute("UPDATE holdfast_jobs SET state = 3 WHERE state = 0");
    } else if (sscanf(line, "life %d %d", &batch, &count) == 2) for (int done = 0; done < count; done += batch) life(batch);
    else if (sscanf(line, "drain %d %d", &batch, &count) == 2) took = drain(batch, count);
    else check(0, line);
    printf("%.1f\n", count / (took ? took : now() - start));
    fflush(stdout);
  }
  return 0;
}
