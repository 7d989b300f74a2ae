/* writer - a thread that parses and stores mail; see writer.h */
#define _GNU_SOURCE /* pthread_timedjoin_np() */
#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/lmtpd/writer_private.h"

/*
 * After a batch its senders send their next mails at slightly different times.  As long as mail
 * arrives in each step, the next batch waits, until it is as large as the last one.
 */
#define GATHER_STEP_USECS 500
#define GATHER_USECS_MAX  5000

/* ---- the thread */

/* Under the lock, which is released while waiting. */
static void gather(struct writer *writer)
{
	const struct timespec step = { .tv_nsec = GATHER_STEP_USECS * 1000 };
	int64_t until = clock_monotonic_usecs() + GATHER_USECS_MAX;
	size_t before = 0;

	while (writer->queue.count > before && writer->queue.count < writer->count &&
	       clock_monotonic_usecs() < until) {
		before = writer->queue.count;
		(void)pthread_mutex_unlock(&writer->lock);
		(void)nanosleep(&step, NULL);
		(void)pthread_mutex_lock(&writer->lock);
	}
}

/* When there is work without mail. */
static int64_t next_time(const struct writer *writer)
{
	return MIN(writer->expired_usecs + EXPIRE_USECS, writer->due_usecs + DUE_USECS);
}

/* Sleep until there is work; false when the writer is to stop. */
static bool wait_for_work(struct writer *writer)
{
	bool has_work;

	(void)pthread_mutex_lock(&writer->lock);
	while (!writer->is_stopping && writer->queue.first == NULL &&
	       writer->reloads_wanted == writer->state.reloads &&
	       clock_monotonic_usecs() < next_time(writer))
		writer_sleep_until(writer, next_time(writer));
	has_work = !writer->is_stopping;
	(void)pthread_mutex_unlock(&writer->lock);
	return has_work;
}

static void work(struct writer *writer)
{
	if (writer_refresh_catalog(writer) != 0 || writer_expire_waiting(writer) != 0 ||
	    writer_supersede_due(writer) != 0) {
		writer_lose_connection(writer);
		writer_pause(writer);
		return;
	}
	(void)pthread_mutex_lock(&writer->lock);
	gather(writer);
	writer_take_batch(writer);
	(void)pthread_mutex_unlock(&writer->lock);
	if (writer->batch != NULL)
		writer_run_batch(writer);
}

static bool is_stopping(struct writer *writer)
{
	bool is;

	(void)pthread_mutex_lock(&writer->lock);
	writer_sweep(writer);
	is = writer->is_stopping;
	(void)pthread_mutex_unlock(&writer->lock);
	return is;
}

static void *run(void *argument)
{
	struct writer *writer = argument;

	while (!is_stopping(writer)) {
		if (!writer->is_connected) {
			writer_connect(writer);
			writer_notify_caller(writer);
		} else if (wait_for_work(writer)) {
			work(writer);
		}
	}
	return NULL;
}

/* ---- exported functions */

static void free_writer(struct writer *writer)
{
	mail_queue_done(&writer->queue);
	mail_queue_done(&writer->done);
	for (size_t i = 0; i < WRITER_BATCH_MESSAGES_MAX; i++)
		arena_free(writer->entries[i].arena);
	store_close(writer->store);
	if (writer->event_fd >= 0)
		(void)close(writer->event_fd);
	(void)pthread_cond_destroy(&writer->wake);
	(void)pthread_mutex_destroy(&writer->lock);
	g_free(writer->warnings);
	g_free(writer);
}

static void init_locks(struct writer *writer)
{
	pthread_condattr_t attributes;

	(void)pthread_mutex_init(&writer->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&writer->wake, &attributes);
	(void)pthread_condattr_destroy(&attributes);
}

int writer_start(const struct store_options *options, struct writer **ret_writer)
{
	struct writer *writer = g_new0(struct writer, 1);
	int r;

	init_locks(writer);
	writer->batch_max = WRITER_BATCH_MESSAGES_MAX;
	writer->expired_usecs = writer->state.down_usecs = clock_monotonic_usecs();
	writer->store = store_new(options);
	writer->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = writer->event_fd < 0 ? -errno : -pthread_create(&writer->thread, NULL, run, writer);
	if (r != 0) {
		free_writer(writer);
		return r;
	}
	*ret_writer = writer;
	return 0;
}

bool writer_stop(struct writer *writer, int grace_secs)
{
	bool is_over = false;

	(void)pthread_mutex_lock(&writer->lock);
	writer->is_stopping = true;
	(void)pthread_cond_signal(&writer->wake);
	(void)pthread_mutex_unlock(&writer->lock);
	for (int i = 0; i < 2 && !is_over; i++) {
		struct timespec until;

		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += grace_secs;
		is_over = pthread_timedjoin_np(writer->thread, NULL, &until) == 0;
		if (!is_over)
			store_break(writer->store);
	}
	if (is_over)
		free_writer(writer);
	return is_over;
}

int writer_fd(const struct writer *writer)
{
	return writer->event_fd;
}

void writer_add(struct writer *writer, struct writer_mail *mail)
{
	(void)pthread_mutex_lock(&writer->lock);
	mail_queue_add(&writer->queue, mail);
	(void)pthread_cond_signal(&writer->wake);
	(void)pthread_mutex_unlock(&writer->lock);
}

struct writer_mail *writer_done(struct writer *writer)
{
	struct writer_mail *mail;
	uint64_t count;

	(void)pthread_mutex_lock(&writer->lock);
	mail = mail_queue_take(&writer->done);
	/* The counter is reset before the last check, so that no mail is missed. */
	if (mail == NULL && read(writer->event_fd, &count, sizeof(count)) > 0)
		mail = mail_queue_take(&writer->done);
	(void)pthread_mutex_unlock(&writer->lock);
	return mail;
}

void writer_give_up(struct writer *writer, struct writer_mail *mail)
{
	(void)pthread_mutex_lock(&writer->lock);
	mail->is_given_up = true;
	(void)pthread_mutex_unlock(&writer->lock);
}

void writer_state(struct writer *writer, struct writer_state *ret_state)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->state.queued = writer->queue.count;
	*ret_state = writer->state;
	(void)pthread_mutex_unlock(&writer->lock);
}

void writer_reload(struct writer *writer)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->reloads_wanted++;
	(void)pthread_cond_signal(&writer->wake);
	(void)pthread_mutex_unlock(&writer->lock);
}

void writer_break(struct writer *writer)
{
	store_break(writer->store);
}
