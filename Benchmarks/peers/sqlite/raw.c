// What the disk and SQLite itself allow for a job table: the store's statements through the C interface, no library
// between, one connection, WAL, synchronous=FULL.
//   raw FOLDER        asked by lines, answers each by one line with a rate per second:
//     sync COUNT            8 KiB written over and fdatasync, COUNT times
//     insert BATCH COUNT    COUNT rows, BATCH in a transaction
//     life BATCH COUNT      COUNT rows inserted, claimed and completed: three transactions for each BATCH
//     drain BATCH COUNT     the same rows claimed, with the completions of the batch before in the same transaction
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *schema =
  "CREATE TABLE jobs("
  " id INTEGER PRIMARY KEY AUTOINCREMENT, partition TEXT NOT NULL, queue TEXT NOT NULL, state INTEGER NOT NULL,"
  " priority INTEGER NOT NULL, due INTEGER NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL,"
  " payload BLOB NOT NULL, enqueued INTEGER NOT NULL, started INTEGER, finished INTEGER,"
  " attempt INTEGER NOT NULL DEFAULT 0, maxAttempts INTEGER NOT NULL, token INTEGER NOT NULL DEFAULT 0, node TEXT,"
  " uniqueKey TEXT, executionKey TEXT, output BLOB, reason TEXT) STRICT;"
  "CREATE INDEX runnable ON jobs(queue, partition, priority DESC, due, id) WHERE state = 0;"
  "CREATE INDEX executing ON jobs(node) WHERE state = 2;"
  "CREATE UNIQUE INDEX uniqueKeys ON jobs(partition, uniqueKey) WHERE uniqueKey IS NOT NULL AND state IN (0, 1, 2, 6);"
  "CREATE INDEX held ON jobs(partition, executionKey) WHERE executionKey IS NOT NULL AND state IN (1, 2);";
static const char *statements[] = {
  "BEGIN IMMEDIATE",
  "COMMIT",
  "INSERT INTO jobs(partition, queue, state, priority, due, kind, version, payload, enqueued, maxAttempts)"
  " VALUES('default', 'default', 0, 0, ?1, ?2, 1, ?3, ?1, 1)",
  "SELECT * FROM jobs WHERE queue = 'default' AND partition = 'default' AND state = 0 AND due <= ?1"
  " ORDER BY priority DESC, due, id LIMIT ?2",
  "UPDATE jobs SET state = 2, attempt = attempt + 1, token = token + 1, node = ?2, started = ?3 WHERE id = ?1",
  "UPDATE jobs SET state = 3, finished = ?2, node = NULL WHERE id = ?1 AND state = 2 AND token = ?3",
};
enum { begin, commit, insert, pick, mark, complete, statementCount };
enum { tokenColumn = 14, mostClaimed = 10000 };

static sqlite3 *database;
static sqlite3_stmt *prepared[statementCount];
static sqlite3_int64 claimed[mostClaimed], tokens[mostClaimed];
static sqlite3_int64 ticks = 1;
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

static void execute(const char *sql) { check(sqlite3_exec(database, sql, 0, 0, 0) == SQLITE_OK, sql); }

static void run(int statement) {
  check(sqlite3_step(prepared[statement]) == SQLITE_DONE, statements[statement]);
  sqlite3_reset(prepared[statement]);
}

static void open_database(const char *path) {
  check(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, 0) == SQLITE_OK, path);
  execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536");
  check(sqlite3_exec(database, schema, 0, 0, 0) == SQLITE_OK, "a fresh folder is needed");
  for (int i = 0; i < statementCount; i++)
    check(sqlite3_prepare_v3(database, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &prepared[i], 0) == SQLITE_OK, statements[i]);
}

static void insert_batch(int count) {
  char payload[100];
  memset(payload, 'a', sizeof payload);
  run(begin);
  for (int i = 0; i < count; i++) {
    sqlite3_bind_int64(prepared[insert], 1, ticks++);
    sqlite3_bind_text(prepared[insert], 2, "no-op", 5, SQLITE_STATIC);
    sqlite3_bind_blob(prepared[insert], 3, payload, sizeof payload, SQLITE_STATIC);
    run(insert);
  }
  run(commit);
}

// Reads every column, as whoever runs the job has to.
static int claim_in_transaction(int count) {
  int found = 0;
  sqlite3_bind_int64(prepared[pick], 1, ticks);
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
    sqlite3_bind_text(prepared[mark], 2, "6e1f2b52-6d0a-4a0e-9a70-2f8b1f3c9f10", 36, SQLITE_STATIC);
    sqlite3_bind_int64(prepared[mark], 3, ticks);
    run(mark);
  }
  return found;
}

static void complete_in_transaction(int count) {
  for (int i = 0; i < count; i++) {
    sqlite3_bind_int64(prepared[complete], 1, claimed[i]);
    sqlite3_bind_int64(prepared[complete], 2, ticks);
    sqlite3_bind_int64(prepared[complete], 3, tokens[i]);
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

static double sync_disk(const char *path, int count) {
  char block[8192];
  memset(block, 'a', sizeof block);
  int file = open(path, O_CREAT | O_RDWR, 0600);
  check(file >= 0, path);
  for (int i = 0; i < 512; i++) check(write(file, block, sizeof block) == sizeof block, path);
  fsync(file);
  double start = now();
  for (int i = 0; i < count; i++) {
    check(pwrite(file, block, sizeof block, (i % 512) * sizeof block) == sizeof block, path);
    check(fdatasync(file) == 0, path);
  }
  double took = now() - start;
  close(file);
  return took;
}

int main(int argc, char **argv) {
  check(argc == 2, "usage: raw FOLDER");
  char path[4096], probe[4096], line[256];
  snprintf(path, sizeof path, "%s/raw.db", argv[1]);
  snprintf(probe, sizeof probe, "%s/sync", argv[1]);
  open_database(path);
  while (fgets(line, sizeof line, stdin)) {
    int batch = 1, count = 0;
    double start = now(), took = 0;
    if (sscanf(line, "sync %d", &count) == 1) took = sync_disk(probe, count);
    else if (sscanf(line, "insert %d %d", &batch, &count) == 2) {
      for (int done = 0; done < count; done += batch) insert_batch(batch);
      // Nothing stays runnable, or the next life would claim it.
      took = now() - start;
      execute("UPDATE jobs SET state = 3 WHERE state = 0");
    } else if (sscanf(line, "life %d %d", &batch, &count) == 2) for (int done = 0; done < count; done += batch) life(batch);
    else if (sscanf(line, "drain %d %d", &batch, &count) == 2) took = drain(batch, count);
    else check(0, line);
    printf("%.1f\n", count / (took ? took : now() - start));
    fflush(stdout);
  }
  return 0;
}
