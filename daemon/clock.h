/*
 * clock - what time it is, in microseconds
 */
#ifndef DAEMON_CLOCK_H
#define DAEMON_CLOCK_H

#include <stdint.h>

/* Since 1970; it may be set back. */
int64_t clock_real_usecs(void);

/* Since some time before; only differences mean anything. */
int64_t clock_monotonic_usecs(void);

#endif
