/* writer_state - communication of the writer's thread with its caller; see writer_private.h */
#include <time.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/lmtpd/writer_private.h"

void writer_notify_caller(const struct writer *writer)
{
	uint64_t one = 1;

	/* Fails only if the counter is full, and then the descriptor is readable. */
	if (write(writer->event_fd, &one, sizeof(one)) < 0)
		return;
}

void writer_set_busy(struct writer *writer, bool is_busy)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->state.busy_usecs = is_busy ? clock_monotonic_usecs() : 0;
	(void)pthread_mutex_unlock(&writer->lock);
}

void writer_set_reading(struct writer *writer, bool is_reading)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->state.reading_usecs = is_reading ? clock_monotonic_usecs() : 0;
	(void)pthread_mutex_unlock(&writer->lock);
}

void writer_sleep_until(struct writer *writer, int64_t until_usecs)
{
	struct timespec until = { .tv_sec = until_usecs / USECS_PER_SEC,
				  .tv_nsec = until_usecs % USECS_PER_SEC * 1000 };

	(void)pthread_cond_timedwait(&writer->wake, &writer->lock, &until);
}
