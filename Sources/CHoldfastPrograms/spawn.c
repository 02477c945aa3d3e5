#define _GNU_SOURCE
#include "CHoldfastPrograms.h"

#include <errno.h>

#ifdef __linux__
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// 32-bit systems keep the calls with wide ids under other names.
#ifdef SYS_setuid32
#define HF_SETUID SYS_setuid32
#define HF_SETGID SYS_setgid32
#define HF_SETGROUPS SYS_setgroups32
#else
#define HF_SETUID SYS_setuid
#define HF_SETGID SYS_setgid
#define HF_SETGROUPS SYS_setgroups
#endif

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif

static const size_t stack_size = 64 * 1024;
static const int resources[] = {
    [HF_RESOURCE_FILES] = RLIMIT_NOFILE,      [HF_RESOURCE_MEMORY] = RLIMIT_AS,
    [HF_RESOURCE_CPU] = RLIMIT_CPU,           [HF_RESOURCE_CORE] = RLIMIT_CORE,
    [HF_RESOURCE_PROCESSES] = RLIMIT_NPROC,   [HF_RESOURCE_FILE_SIZE] = RLIMIT_FSIZE,
    [HF_RESOURCE_STACK] = RLIMIT_STACK,
};

struct launch {
  const struct hf_spawn *spawn;
  volatile struct hf_failure failure;
  pid_t parent;
  unsigned descriptor_limit;
};

// From here to `execute` the child shares the parent's memory: only system calls, no allocation, no locks.

static void fail(struct launch *launch, enum hf_step step, size_t detail) {
  launch->failure.error = errno;
  launch->failure.detail = detail;
  launch->failure.step = step;
  _exit(127);
}

// Handlers would run in the parent's memory, and ignored signals would stay ignored after exec. By the raw call, because
// the library's leaves its own two signals alone. The kernel's structure, all zero, is the default on every machine.
static void reset_signals(void) {
  static const char standard[64];
  for (int number = 1; number <= 64; number++) syscall(SYS_rt_sigaction, number, standard, NULL, (size_t)8);
}

static void set_streams(struct launch *launch) {
  int moved[3];
  for (int target = 0; target < 3; target++) {
    int stream = launch->spawn->streams[target];
    moved[target] = stream > 2 ? stream : fcntl(stream, F_DUPFD_CLOEXEC, 3);
    if (moved[target] < 0) fail(launch, HF_STEP_STREAMS, target);
  }
  for (int target = 0; target < 3; target++)
    if (dup2(moved[target], target) < 0) fail(launch, HF_STEP_STREAMS, target);
}

static void set_limits(struct launch *launch) {
  for (size_t index = 0; index < launch->spawn->limit_count; index++) {
    const struct hf_limit *limit = &launch->spawn->limits[index];
    struct rlimit value = {
        .rlim_cur = limit->soft == UINT64_MAX ? RLIM_INFINITY : limit->soft,
        .rlim_max = limit->hard == UINT64_MAX ? RLIM_INFINITY : limit->hard,
    };
    if (setrlimit(resources[limit->resource], &value) < 0) fail(launch, HF_STEP_LIMIT, limit->resource);
  }
}

// By raw calls: the library's change the ids of every thread, and those are the parent's.
static void set_identity(struct launch *launch) {
  const struct hf_spawn *spawn = launch->spawn;
  if ((spawn->sets_user || spawn->sets_group) && geteuid() == 0 &&
      syscall(HF_SETGROUPS, spawn->group_count, spawn->groups) < 0)
    fail(launch, HF_STEP_GROUPS, 0);
  if (spawn->sets_group && syscall(HF_SETGID, spawn->group) < 0) fail(launch, HF_STEP_GROUP, 0);
  if (spawn->sets_user && syscall(HF_SETUID, spawn->user) < 0) fail(launch, HF_STEP_USER, 0);
}

// A change of user clears the death signal, hence after it. A parent that died before it was set sends none.
static void die_with_parent(struct launch *launch) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) fail(launch, HF_STEP_PARENT, 0);
  if (getppid() != launch->parent) _exit(127);
}

static void close_others(unsigned limit) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, 3u, ~0u, 0u) == 0) return;
#endif
  for (unsigned descriptor = 3; descriptor < limit; descriptor++) close((int)descriptor);
}

static bool may_try_next(int error) {
  return error == ENOENT || error == ENOTDIR || error == EACCES || error == ENAMETOOLONG || error == ELOOP;
}

static void execute(struct launch *launch) {
  const struct hf_spawn *spawn = launch->spawn;
  int first = ENOENT;
  size_t detail = 0;
  for (size_t index = 0; spawn->candidates[index]; index++) {
    execve(spawn->candidates[index], spawn->arguments, spawn->environment);
    if (!may_try_next(errno)) fail(launch, HF_STEP_EXECUTE, index);
    if (first == ENOENT && errno != ENOENT && errno != ENOTDIR) {
      first = errno;
      detail = index;
    }
  }
  errno = first;
  fail(launch, HF_STEP_EXECUTE, detail);
}

static int child(void *argument) {
  struct launch *launch = argument;
  const struct hf_spawn *spawn = launch->spawn;
  reset_signals();
  if ((spawn->new_session ? setsid() : setpgid(0, 0)) < 0) fail(launch, HF_STEP_SESSION, 0);
  set_streams(launch);
  if (spawn->sets_nice && setpriority(PRIO_PROCESS, 0, spawn->nice) < 0) fail(launch, HF_STEP_NICE, 0);
  set_limits(launch);
  if (spawn->sets_mask) umask(spawn->mask);
  set_identity(launch);
  if (spawn->directory && chdir(spawn->directory) < 0) fail(launch, HF_STEP_DIRECTORY, 0);
  if (spawn->dies_with_parent) die_with_parent(launch);
  close_others(launch->descriptor_limit);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execute(launch);
  return 127;
}

// One stack is enough, because the parent's thread waits until the child has left it.
static void *child_stack(void) {
  static void *stack;
  if (stack) return stack;
  void *memory = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  return stack = memory == MAP_FAILED ? NULL : memory;
}

static unsigned descriptor_limit(void) {
  long limit = sysconf(_SC_OPEN_MAX);
  return limit < 0 || limit > 1 << 20 ? 1 << 20 : (unsigned)limit;
}

pid_t hf_spawn(const struct hf_spawn *spawn, int *pidfd, struct hf_failure *failure) {
  struct launch launch = {.spawn = spawn, .parent = getpid(), .descriptor_limit = descriptor_limit()};
  char *stack = child_stack();
  pid_t process = -1;
  // The descriptor comes with the process, so that running out of descriptors leaves no process behind.
  if (stack) process = clone(child, stack + stack_size, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &launch, pidfd);
  if (process < 0) {
    *failure = (struct hf_failure){.step = HF_STEP_CREATE, .error = errno};
    return -1;
  }
  if (launch.failure.step == HF_STEP_NONE) return process;
  *failure = launch.failure;
  while (waitpid(process, NULL, 0) < 0 && errno == EINTR) continue;
  close(*pidfd);
  return -1;
}

#else

pid_t hf_spawn(const struct hf_spawn *spawn, int *pidfd, struct hf_failure *failure) {
  *failure = (struct hf_failure){.step = HF_STEP_CREATE, .error = ENOSYS};
  return -1;
}

#endif
