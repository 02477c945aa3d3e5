#define _GNU_SOURCE
#include "CHoldfastPrograms.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#ifdef MSG_NOSIGNAL
static const int quietly = MSG_NOSIGNAL;
#else
static const int quietly = 0;
#endif

// Descriptors 0 to 2 are free in a process whose terminal was closed; a channel must not land there.
static int move_up(int descriptor) {
  int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  int error = errno;
  close(descriptor);
  errno = error;
  return moved;
}

int hf_channel(int *ours, int *theirs) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) return errno;
  *ours = move_up(ends[0]);
  int error = *ours < 0 ? errno : 0;
  *theirs = move_up(ends[1]);
  if (error == 0 && *theirs >= 0) return 0;
  if (error == 0) error = errno;
  if (*ours >= 0) close(*ours);
  if (*theirs >= 0) close(*theirs);
  return error;
}

int hf_channel_send(int socket, const void *bytes, size_t count) {
  const char *next = bytes;
  while (count > 0) {
    ssize_t sent = send(socket, next, count, quietly);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno;
    next += sent;
    count -= (size_t)sent;
  }
  return 0;
}

ssize_t hf_channel_receive(int socket, void *bytes, size_t capacity, bool waits) {
  ssize_t count;
  do count = recv(socket, bytes, capacity, waits ? 0 : MSG_DONTWAIT);
  while (count < 0 && errno == EINTR);
  return count;
}

void hf_channel_end(int socket) {
  shutdown(socket, SHUT_WR);
}

void hf_channel_close(int socket) {
  shutdown(socket, SHUT_RDWR);
}

static bool is_stream_socket(int descriptor) {
  int type = 0;
  socklen_t size = sizeof type;
  return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

// The channel came as standard input; from here on that is empty, as it is for every program, and neither the channel
// nor the variable reaches a process that a handler starts.
int hf_worker_channel(void) {
  if (!getenv(HF_WORKER_VARIABLE) || !is_stream_socket(STDIN_FILENO)) return -1;
  int channel = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (channel < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0) return -1;
  close(null);
  unsetenv(HF_WORKER_VARIABLE);
  // Line by line, because a job's output belongs to the job.
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
#ifdef __linux__
  prctl(PR_SET_NAME, "hf-worker");
#endif
  return channel;
}

void hf_worker_flush(void) {
  fflush(NULL);
}

bool hf_is_unserved_worker(void) {
  return getenv(HF_WORKER_VARIABLE) != NULL;
}
