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

int64_t clock_thread_usecs(void)
{
	return usecs_of(CLOCK_THREAD_CPUTIME_ID);
}
