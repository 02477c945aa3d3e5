#include "CHoldfastTime.h"

#if defined(__linux__)

#include <errno.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

// A timer that is due far beyond every calendar, only to be cancelled by the kernel when the clock is set.
static int arm(int descriptor) {
  struct itimerspec far = {.it_value = {.tv_sec = 9000000000}};
  return timerfd_settime(descriptor, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL);
}

int ht_watch_clock(void) {
  int descriptor = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (descriptor < 0) return -1;
  if (arm(descriptor) == 0) return descriptor;
  close(descriptor);
  return -1;
}

void ht_clock_heard(int descriptor) {
  // The kernel answers ECANCELED; what counts is that the answer was taken.
  uint64_t ticks;
  ssize_t ignored = read(descriptor, &ticks, sizeof ticks);
  (void)ignored;
  arm(descriptor);
}

void ht_thread_prompt(void) {
  struct sched_attr attributes = {.size = sizeof attributes};
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
  // Threads that it starts would lose a negative nice value.
  if (attributes.sched_policy != SCHED_NORMAL || attributes.sched_nice < 0) return;
  attributes.sched_flags = SCHED_FLAG_RESET_ON_FORK;
  // The shortest slice there is: 0.1 ms, in nanoseconds.
  attributes.sched_runtime = 100000;
  syscall(SYS_sched_setattr, 0, &attributes, 0);
}

int ht_timer_make(void) { return timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC); }

void ht_timer_set(int descriptor, int64_t nanoseconds) {
  // Zero would disarm it.
  if (nanoseconds < 1) nanoseconds = 1;
  struct itimerspec in = {.it_value = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000}};
  timerfd_settime(descriptor, 0, &in, NULL);
}

int ht_timer_wait(int descriptor) {
  uint64_t ticks;
  while (read(descriptor, &ticks, sizeof ticks) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

void ht_timer_end(int descriptor) { close(descriptor); }

#else

int ht_watch_clock(void) { return -1; }

void ht_clock_heard(int descriptor) { (void)descriptor; }

void ht_thread_prompt(void) {}

int ht_timer_make(void) { return -1; }

void ht_timer_set(int descriptor, int64_t nanoseconds) { (void)descriptor, (void)nanoseconds; }

int ht_timer_wait(int descriptor) {
  (void)descriptor;
  return -1;
}

void ht_timer_end(int descriptor) { (void)descriptor; }

#endif
