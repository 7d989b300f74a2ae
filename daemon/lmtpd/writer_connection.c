/* writer_connection - connects to the database and reconnects; see writer_private.h */
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/lmtpd/writer_private.h"

#define REFRESH_USECS   (2 * USECS_PER_SEC)
#define PAUSE_USECS_MIN (USECS_PER_SEC / 10)
#define PAUSE_USECS_MAX (5 * USECS_PER_SEC)

/* After a connection that lasted this long, or stored something, the next pause is short again. */
#define GOOD_USECS (5 * USECS_PER_SEC)

void writer_lose_connection(struct writer *writer)
{
	int64_t now = clock_monotonic_usecs();
	bool is_new;

	if (writer->is_connected && now - writer->connected_usecs >= GOOD_USECS)
		writer->pause_usecs = 0;
	writer->is_connected = false;
	(void)pthread_mutex_lock(&writer->lock);
	is_new = writer->state.error[0] == '\0';
	if (writer->state.down_usecs == 0)
		writer->state.down_usecs = now;
	g_strlcpy(writer->state.error, store_error(writer->store), sizeof(writer->state.error));
	(void)pthread_mutex_unlock(&writer->lock);
	if (is_new)
		log_line(LOG_ERR, "no database: %s; trying again", store_error(writer->store));
}

static void note_connected(struct writer *writer)
{
	int64_t now = clock_monotonic_usecs(), down;
	bool was_logged;

	writer->is_connected = true;
	writer->connected_usecs = now;
	(void)pthread_mutex_lock(&writer->lock);
	down = writer->state.down_usecs;
	was_logged = writer->state.error[0] != '\0';
	writer->state.down_usecs = 0;
	writer->state.error[0] = '\0';
	(void)pthread_mutex_unlock(&writer->lock);
	if (was_logged)
		log_line(LOG_NOTICE, "connected to the database again after %.1f s",
			 (double)(now - down) / USECS_PER_SEC);
}

void writer_pause(struct writer *writer)
{
	int64_t until;

	writer->pause_usecs = writer->pause_usecs == 0 ? PAUSE_USECS_MIN : writer->pause_usecs * 2;
	if (writer->pause_usecs > PAUSE_USECS_MAX)
		writer->pause_usecs = PAUSE_USECS_MAX;
	until = clock_monotonic_usecs() + writer->pause_usecs;
	(void)pthread_mutex_lock(&writer->lock);
	while (!writer->is_stopping && clock_monotonic_usecs() < until)
		writer_sleep_until(writer, until);
	(void)pthread_mutex_unlock(&writer->lock);
}

/* ---- projects, settings and expiry */

static void log_warnings(struct writer *writer)
{
	const char *warnings = catalog_warnings(store_catalog(writer->store));

	if (g_strcmp0(warnings, writer->warnings) != 0 && warnings != NULL)
		log_line(LOG_WARNING, "%s", warnings);
	g_free(writer->warnings);
	writer->warnings = g_strdup(warnings);
}

static void note_refreshed(struct writer *writer, uint64_t reloads)
{
	writer->refreshed_usecs = clock_monotonic_usecs();
	(void)pthread_mutex_lock(&writer->lock);
	writer->state.reloads = reloads;
	(void)pthread_mutex_unlock(&writer->lock);
	log_warnings(writer);
	writer_notify_caller(writer);
}

static uint64_t reloads_wanted(struct writer *writer)
{
	uint64_t wanted;

	(void)pthread_mutex_lock(&writer->lock);
	wanted = writer->reloads_wanted;
	(void)pthread_mutex_unlock(&writer->lock);
	return wanted;
}

int writer_refresh_catalog(struct writer *writer)
{
	uint64_t reloads = reloads_wanted(writer);
	int r;

	if (writer->state.reloads == reloads &&
	    clock_monotonic_usecs() - writer->refreshed_usecs < REFRESH_USECS)
		return 0;
	writer_set_busy(writer, true);
	r = store_refresh(writer->store);
	writer_set_busy(writer, false);
	if (r == 0)
		note_refreshed(writer, reloads);
	return r;
}

int writer_expire_waiting(struct writer *writer)
{
	int r;

	if (clock_monotonic_usecs() - writer->expired_usecs < EXPIRE_USECS)
		return 0;
	writer->expired_usecs = clock_monotonic_usecs();
	writer_set_busy(writer, true);
	r = store_expire(writer->store);
	writer_set_busy(writer, false);
	return r;
}

int writer_supersede_due(struct writer *writer)
{
	int r;

	if (clock_monotonic_usecs() - writer->due_usecs < DUE_USECS)
		return 0;
	writer->due_usecs = clock_monotonic_usecs();
	writer_set_busy(writer, true);
	r = store_supersede_due(writer->store);
	writer_set_busy(writer, false);
	if (r > 0)
		log_line(LOG_WARNING, "incomplete versions cannot be applied: too large");
	return MIN(r, 0);
}

/* ---- connecting */

void writer_connect(struct writer *writer)
{
	uint64_t reloads = reloads_wanted(writer);
	int r;

	writer_set_busy(writer, true);
	r = store_reopen(writer->store);
	if (r == 0)
		r = store_check_writable(writer->store);
	writer_set_busy(writer, false);
	if (r == 0) {
		note_connected(writer);
		note_refreshed(writer, reloads);
	} else {
		writer_lose_connection(writer);
		writer_pause(writer);
	}
}
