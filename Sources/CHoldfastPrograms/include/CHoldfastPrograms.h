#ifndef HOLDFAST_PROGRAMS_H
#define HOLDFAST_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// What Swift cannot do itself: the steps between clone and exec, and the guardian that runs before `main`.

// MARK: spawning

/// The step of a spawn that failed.
enum hf_step {
  HF_STEP_NONE,
  HF_STEP_CREATE,
  HF_STEP_SESSION,
  HF_STEP_STREAMS,
  HF_STEP_NICE,
  HF_STEP_LIMIT,
  HF_STEP_GROUPS,
  HF_STEP_GROUP,
  HF_STEP_USER,
  HF_STEP_DIRECTORY,
  HF_STEP_PARENT,
  HF_STEP_EXECUTE,
};

enum hf_resource {
  HF_RESOURCE_FILES,
  HF_RESOURCE_MEMORY,
  HF_RESOURCE_CPU,
  HF_RESOURCE_CORE,
  HF_RESOURCE_PROCESSES,
  HF_RESOURCE_FILE_SIZE,
  HF_RESOURCE_STACK,
};

/// `UINT64_MAX` means unlimited.
struct hf_limit {
  enum hf_resource resource;
  uint64_t soft;
  uint64_t hard;
};

struct hf_spawn {
  /// Paths to try in order, null-terminated.
  char *const *candidates;
  char *const *arguments;
  char *const *environment;
  /// Null keeps the parent's.
  const char *directory;
  /// What become descriptors 0, 1 and 2.
  int streams[3];
  const struct hf_limit *limits;
  size_t limit_count;
  bool sets_user;
  uid_t user;
  bool sets_group;
  gid_t group;
  const gid_t *groups;
  size_t group_count;
  bool sets_mask;
  mode_t mask;
  bool sets_nice;
  int nice;
  /// A session of its own instead of a process group of its own.
  bool new_session;
  /// Killed by the kernel when the spawning thread ends.
  bool dies_with_parent;
};

/// `detail` is the index of the limit or of the candidate that failed.
struct hf_failure {
  enum hf_step step;
  int error;
  size_t detail;
};

/// Starts a program; must always be called on the same thread, which must live as long as the process.
///
/// Returns its process id and, in `pidfd`, a descriptor that becomes readable when it ends; or -1 and a failure.
pid_t hf_spawn(const struct hf_spawn *spawn, int *pidfd, struct hf_failure *failure);

/// Starts a detached thread with all signals blocked. Returns 0 or an error number.
int hf_thread_start(void (*body)(void));

// MARK: exits

struct hf_exit {
  pid_t process;
  bool signalled;
  bool dumped_core;
  /// The exit status or the signal.
  int status;
  int64_t user_microseconds;
  int64_t system_microseconds;
};

/// Looks at, or collects, a child that has ended. Returns 1 when there was one, 0 when not, or -1 with `errno`.
/// With `process` 0 it looks at any child.
int hf_wait(pid_t process, bool collect, struct hf_exit *result);

/// Makes orphaned descendants children of this process. Returns 0 or an error number.
int hf_become_subreaper(void);

// MARK: processes by tag

/// Kills every process whose environment has an entry that begins with `tag`. Returns how many there were, with those
/// whose environment cannot be known just now; call it again until there are none.
int hf_kill_tagged(const char *tag);

// MARK: guardian

enum hf_guard { HF_GUARD_ADD = 1, HF_GUARD_REMOVE = 2 };

struct hf_guard_record {
  int32_t action;
  int32_t group;
};

/// The environment variable that turns a start of this executable into the guardian; its value is the tag to kill.
#define HF_GUARDIAN_VARIABLE "HOLDFAST_GUARDIAN"

/// Two connected sockets that keep records whole, closed on exec. Returns 0 or an error number.
int hf_guardian_sockets(int *ours, int *theirs);

/// Returns 0 or an error number; waits a second at most.
int hf_guardian_send(int socket, enum hf_guard action, pid_t group);

// MARK: job workers

/// The environment variable that turns a start of an executable into a job worker.
#define HF_WORKER_VARIABLE "HOLDFAST_WORKER"

/// Two connected stream sockets, closed on exec, above the standard streams. Returns 0 or an error number.
int hf_channel(int *ours, int *theirs);

/// Sends everything, waiting as long as it takes. Returns 0 or an error number; never raises a signal.
int hf_channel_send(int socket, const void *bytes, size_t count);

/// Like `recv`: the number of bytes, 0 at the end, or -1 with `errno`.
ssize_t hf_channel_receive(int socket, void *bytes, size_t capacity, bool waits);

/// Tells the other side that nothing more will come.
void hf_channel_end(int socket);

/// Neither side says or hears anything more: our own reading sees the end.
void hf_channel_close(int socket);

/// In a process that was started as a worker: takes its channel from standard input. Returns a descriptor, or -1 in any
/// other process. Only the first call finds it.
int hf_worker_channel(void);

/// Whether this process was started as a worker and nobody has taken its channel.
bool hf_is_unserved_worker(void);

/// Writes out what the standard streams hold back.
void hf_worker_flush(void);

// MARK: users

struct hf_account {
  uid_t user;
  gid_t group;
  char name[256];
  char home[1024];
};

/// By name, or by number in digits. Returns 0, an error number, or -1 when there is none.
int hf_find_user(const char *name, struct hf_account *account);

/// By name, or by number in digits. Returns 0, an error number, or -1 when there is none.
int hf_find_group(const char *name, gid_t *group);

/// The groups that a user belongs to. Returns how many, at most `capacity`; or -1.
int hf_groups_of(const char *user, gid_t primary, gid_t *groups, int capacity);

// MARK: descriptors

/// A pipe that closes on exec, with both ends above the standard streams and a reading end that never blocks.
/// Returns 0 or an error number.
int hf_pipe(int *reading, int *writing);

/// `/dev/null`, closed on exec. Returns a descriptor, or -1 with `errno`.
int hf_open_null(void);

/// An unnamed file in memory with these bytes, at its beginning, closed on exec. Returns a descriptor, or -1 with `errno`.
int hf_open_bytes(const void *bytes, size_t count);

/// Whether it is a numeric address.
bool hf_is_address(const char *host);

/// Begins to connect to a numeric address, closed on exec and never blocking. Returns a descriptor, or -1 with `errno`.
int hf_connect(const char *host, uint16_t port);

/// Sends a few bytes without the signal that a closed connection would raise. Returns whether all were taken.
bool hf_send(int socket, const void *bytes, size_t count);

/// The pending error of a socket, or 0.
int hf_socket_error(int socket);

#endif
