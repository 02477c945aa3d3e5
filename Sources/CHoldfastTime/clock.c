#include "CHoldfastTime.h"

#if defined(__linux__)

#include <stdint.h>
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

#else

int ht_watch_clock(void) { return -1; }

void ht_clock_heard(int descriptor) { (void)descriptor; }

#endif
