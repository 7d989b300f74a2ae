/*
 * clock - the current time in microseconds
 */
#ifndef DAEMON_CLOCK_H
#define DAEMON_CLOCK_H

#include <stdint.h>

/* Since 1970.  It may be set back. */
int64_t clock_real_usecs(void);

/* Since an arbitrary start: only differences are meaningful. */
int64_t clock_monotonic_usecs(void);

#define CLOCK_COARSE_USECS INT64_C(20000)

/*
 * CPU time that the calling thread has used, at most CLOCK_COARSE_USECS ago.  Most calls make no
 * system call, unlike clock_gettime(2) with CLOCK_THREAD_CPUTIME_ID.  After fork() the child would
 * get the parent's time.
 */
int64_t clock_thread_usecs_coarse(void);

#endif
