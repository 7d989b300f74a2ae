/* clock - the current time in microseconds; see clock.h */
#include "daemon/clock.h"

#include <time.h>

static int64_t usecs_of(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_real_usecs(void)
{
	return usecs_of(CLOCK_REALTIME);
}

int64_t clock_monotonic_usecs(void)
{
	return usecs_of(CLOCK_MONOTONIC);
}

/* CLOCK_MONOTONIC_COARSE is normally at most a tick of the kernel late: that is up to 10 ms. */
#define TICK_USECS_MAX INT64_C(10000)

/* A thread does not use more CPU time than the time that passes. */
int64_t clock_thread_usecs_coarse(void)
{
	static _Thread_local int64_t usecs, read_at = INT64_MIN / 2;
	int64_t now = usecs_of(CLOCK_MONOTONIC_COARSE);

	if (now - read_at > CLOCK_COARSE_USECS - TICK_USECS_MAX) {
		usecs = usecs_of(CLOCK_THREAD_CPUTIME_ID);
		read_at = now;
	}
	return usecs;
}
