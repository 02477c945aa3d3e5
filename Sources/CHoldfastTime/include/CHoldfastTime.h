#ifndef HOLDFAST_TIME_H
#define HOLDFAST_TIME_H

#include <stdint.h>

// What Swift's C library modules leave out: the kernel's timers.

/// A descriptor that becomes readable whenever the wall clock is set or the machine wakes from sleep; -1 where the kernel
/// tells nobody. It never blocks.
int ht_watch_clock(void);

/// Takes up what has come, so that the descriptor is readable again only after the next step.
void ht_clock_heard(int descriptor);

/// Asks the scheduler for turns of the calling thread that are short and come soon (EEVDF's slice; Linux 6.12).
///
/// Its share of the machine stays as it is, and threads that it starts are as before. Without effect elsewhere, and for
/// threads of another policy or of a negative nice value.
void ht_thread_prompt(void);

/// A timer that a thread can wait for, of the clock that goes on while the machine sleeps; -1 where there is none.
int ht_timer_make(void);

/// Makes the timer due in so long, instead of whatever was set before; at once for 0 and less.
void ht_timer_set(int descriptor, int64_t nanoseconds);

/// Returns when the timer is due: 0, or the system's error.
int ht_timer_wait(int descriptor);

/// Gives it back; nobody may be waiting.
void ht_timer_end(int descriptor);

#endif
