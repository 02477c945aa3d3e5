#define _GNU_SOURCE
#include "CHoldfastPrograms.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

// MARK: processes by tag

// `at` is how much of the tag has matched in this entry, or -1 when the entry is another.
static bool match(const char *bytes, ssize_t count, const char *tag, ssize_t *at) {
  for (ssize_t index = 0; index < count; index++) {
    if (bytes[index] == 0)
      *at = 0;
    else if (*at >= 0)
      *at = bytes[index] == tag[*at] ? *at + 1 : -1;
    if (*at > 0 && tag[*at] == 0) return true;
  }
  return false;
}

static ssize_t read_some(int directory, const char *process, const char *name, char *bytes, size_t capacity) {
  char path[64];
  snprintf(path, sizeof path, "%s/%s", process, name);
  int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t count = read(file, bytes, capacity);
  close(file);
  return count;
}

// In the middle of exec a process has an executable, and neither arguments nor environment yet. A kernel thread and one
// that has ended have no executable.
static bool is_executing(int directory, const char *process) {
  char path[64], byte;
  snprintf(path, sizeof path, "%s/exe", process);
  return readlinkat(directory, path, &byte, 1) > 0 && read_some(directory, process, "cmdline", &byte, 1) == 0;
}

enum tagged { NOT_TAGGED, TAGGED, NOT_KNOWN };

static enum tagged has_tag(int directory, const char *process, const char *tag) {
  char path[64], bytes[8192];
  snprintf(path, sizeof path, "%s/environ", process);
  int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return NOT_TAGGED;
  ssize_t count, total = 0, at = 0;
  bool found = false;
  while (!found && (count = read(file, bytes, sizeof bytes)) > 0) {
    found = match(bytes, count, tag, &at);
    total += count;
  }
  close(file);
  if (found) return TAGGED;
  return total == 0 && is_executing(directory, process) ? NOT_KNOWN : NOT_TAGGED;
}

int hf_kill_tagged(const char *tag) {
  DIR *processes = opendir("/proc");
  if (!processes) return 0;
  int found = 0;
  for (struct dirent *entry; (entry = readdir(processes));) {
    pid_t process = (pid_t)atoi(entry->d_name);
    if (process <= 1 || process == getpid()) continue;
    enum tagged tagged = has_tag(dirfd(processes), entry->d_name, tag);
    if (tagged == NOT_KNOWN || (tagged == TAGGED && kill(process, SIGKILL) == 0)) found++;
  }
  closedir(processes);
  return found;
}

// MARK: guardian

struct groups {
  pid_t *members;
  size_t count, capacity;
};

static void add(struct groups *groups, pid_t group) {
  if (groups->count == groups->capacity) {
    size_t capacity = groups->capacity ? groups->capacity * 2 : 64;
    pid_t *members = realloc(groups->members, capacity * sizeof *members);
    if (!members) return;  // its processes still carry the tag
    groups->members = members;
    groups->capacity = capacity;
  }
  groups->members[groups->count++] = group;
}

static void drop(struct groups *groups, pid_t group) {
  for (size_t index = 0; index < groups->count; index++)
    if (groups->members[index] == group) {
      groups->members[index] = groups->members[--groups->count];
      return;
    }
}

// Returns when the other side is gone, however that came about.
static void follow(int socket, struct groups *groups) {
  struct hf_guard_record record;
  for (;;) {
    ssize_t size = recv(socket, &record, sizeof record, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    if (size != sizeof record || record.group <= 1) continue;
    if (record.action == HF_GUARD_ADD) add(groups, record.group);
    if (record.action == HF_GUARD_REMOVE) drop(groups, record.group);
  }
}

// A process may fork between being seen and being killed, hence again until none is found. The bound is for those
// that the kernel does not let go.
static void kill_all(const struct groups *groups, const char *tag) {
  for (size_t index = 0; index < groups->count; index++) kill(-groups->members[index], SIGKILL);
  const struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
  for (int round = 0; round < 6000 && hf_kill_tagged(tag) > 0; round++) nanosleep(&pause, NULL);
}

static void ignore_signals(void) {
  const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2};
  for (size_t index = 0; index < sizeof signals / sizeof *signals; index++) signal(signals[index], SIG_IGN);
}

static bool is_record_socket(int descriptor) {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

// Before `main`, so that every executable that links this library can be its own guardian.
__attribute__((constructor)) static void become_guardian(void) {
  const char *tag = getenv(HF_GUARDIAN_VARIABLE);
  if (!tag || !*tag || !is_record_socket(STDIN_FILENO)) return;
  struct groups groups = {0};
  ignore_signals();
  prctl(PR_SET_NAME, "hf-guardian");
  follow(STDIN_FILENO, &groups);
  kill_all(&groups, tag);
  _exit(0);
}

int hf_guardian_sockets(int *ours, int *theirs) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return errno;
  struct timeval second = {.tv_sec = 1};
  setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
  *ours = ends[0];
  *theirs = ends[1];
  return 0;
}

int hf_guardian_send(int socket, enum hf_guard action, pid_t group) {
  struct hf_guard_record record = {.action = action, .group = group};
  ssize_t size;
  do size = send(socket, &record, sizeof record, MSG_NOSIGNAL);
  while (size < 0 && errno == EINTR);
  return size < 0 ? errno : 0;
}

#else

int hf_kill_tagged(const char *tag) { return 0; }
int hf_guardian_sockets(int *ours, int *theirs) { return ENOSYS; }
int hf_guardian_send(int socket, enum hf_guard action, pid_t group) { return ENOSYS; }

#endif
