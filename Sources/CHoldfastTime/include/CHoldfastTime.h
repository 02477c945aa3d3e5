#ifndef HOLDFAST_TIME_H
#define HOLDFAST_TIME_H

// What Swift's C library modules leave out: timers that hear of the wall clock being set.

/// A descriptor that becomes readable whenever the wall clock is set or the machine wakes from sleep; -1 where the kernel
/// tells nobody. It never blocks.
int ht_watch_clock(void);

/// Takes up what has come, so that the descriptor is readable again only after the next step.
void ht_clock_heard(int descriptor);

#endif
