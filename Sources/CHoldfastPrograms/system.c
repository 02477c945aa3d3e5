#define _GNU_SOURCE
#include "CHoldfastPrograms.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

static void *run_body(void *argument) {
  ((void (*)(void))argument)();
  return NULL;
}

int hf_thread_start(void (*body)(void)) {
  sigset_t all, before;
  pthread_t thread;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&thread, NULL, run_body, (void *)body);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (error == 0) pthread_detach(thread);
  return error;
}

static int64_t microseconds(struct timeval time) {
  return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

// The library's `waitid` has no place for the usage; the kernel's has.
static int wait_for(pid_t process, int options, siginfo_t *info, struct rusage *usage) {
  int kind = process == 0 ? P_ALL : P_PID;
  int result;
#ifdef __linux__
  do result = (int)syscall(SYS_waitid, kind, process, info, options, usage);
#else
  do result = waitid(kind, (id_t)process, info, options);
#endif
  while (result < 0 && errno == EINTR);
  return result;
}

int hf_wait(pid_t process, bool collect, struct hf_exit *result) {
  siginfo_t info;
  struct rusage usage;
  memset(&info, 0, sizeof info);
  memset(&usage, 0, sizeof usage);
  if (wait_for(process, WEXITED | WNOHANG | (collect ? 0 : WNOWAIT), &info, &usage) < 0) return -1;
  if (info.si_pid == 0) return 0;
  *result = (struct hf_exit){
      .process = info.si_pid,
      .signalled = info.si_code != CLD_EXITED,
      .dumped_core = info.si_code == CLD_DUMPED,
      .status = info.si_status,
      .user_microseconds = microseconds(usage.ru_utime),
      .system_microseconds = microseconds(usage.ru_stime),
  };
  return 1;
}

int hf_become_subreaper(void) {
#ifdef __linux__
  return prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 ? errno : 0;
#else
  return ENOSYS;
#endif
}

static bool never_block(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) >= 0;
}

// Descriptors 0 to 2 are free in a process whose terminal was closed; a pipe must not land there.
static bool move_up(int *descriptor) {
  if (*descriptor > 2) return fcntl(*descriptor, F_SETFD, FD_CLOEXEC) >= 0;
  int moved = fcntl(*descriptor, F_DUPFD_CLOEXEC, 3);
  if (moved < 0) return false;
  close(*descriptor);
  *descriptor = moved;
  return true;
}

int hf_pipe(int *reading, int *writing) {
  int ends[2];
#ifdef __linux__
  if (pipe2(ends, O_CLOEXEC) < 0) return errno;
#else
  if (pipe(ends) < 0) return errno;
#endif
  if (move_up(&ends[0]) && move_up(&ends[1]) && never_block(ends[0])) {
    *reading = ends[0];
    *writing = ends[1];
    return 0;
  }
  int error = errno;
  close(ends[0]);
  close(ends[1]);
  return error;
}

int hf_open_null(void) {
  return open("/dev/null", O_RDWR | O_CLOEXEC);
}

int hf_open_bytes(const void *bytes, size_t count) {
#ifdef __linux__
  int file = (int)syscall(SYS_memfd_create, "holdfast-input", MFD_CLOEXEC);
  if (file < 0) return -1;
  size_t done = 0;
  while (done < count) {
    ssize_t written = pwrite(file, (const char *)bytes + done, count - done, (off_t)done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      int error = errno;
      close(file);
      errno = error;
      return -1;
    }
    done += (size_t)written;
  }
  return file;
#else
  errno = ENOSYS;
  return -1;
#endif
}

static socklen_t parse_address(const char *host, uint16_t port, struct sockaddr_storage *storage) {
  memset(storage, 0, sizeof *storage);
  struct sockaddr_in *four = (struct sockaddr_in *)storage;
  if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    return sizeof *four;
  }
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)storage;
  if (inet_pton(AF_INET6, host, &six->sin6_addr) != 1) return 0;
  six->sin6_family = AF_INET6;
  six->sin6_port = htons(port);
  return sizeof *six;
}

int hf_connect(const char *host, uint16_t port) {
  struct sockaddr_storage address;
  socklen_t length = parse_address(host, port, &address);
  if (length == 0) {
    errno = EINVAL;
    return -1;
  }
  int connection = socket(address.ss_family, SOCK_STREAM, 0);
  if (connection < 0) return -1;
  if (move_up(&connection) && never_block(connection) &&
      (connect(connection, (struct sockaddr *)&address, length) == 0 || errno == EINPROGRESS))
    return connection;
  int error = errno;
  close(connection);
  errno = error;
  return -1;
}

bool hf_send(int socket, const void *bytes, size_t count) {
#ifdef MSG_NOSIGNAL
  const int flags = MSG_NOSIGNAL;
#else
  const int flags = 0, on = 1;
  setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  return send(socket, bytes, count, flags) == (ssize_t)count;
}

int hf_socket_error(int socket) {
  int error = 0;
  socklen_t length = sizeof error;
  return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

bool hf_is_address(const char *host) {
  struct sockaddr_storage address;
  return parse_address(host, 1, &address) > 0;
}
