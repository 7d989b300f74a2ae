/*
 * server_lanes - two writers: one for normal mail, one for large mail; see server_private.h
 *
 * Large mail takes seconds to store or to hold, and would delay the mail after it.  Its writer and
 * connection are started with the first large mail.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "daemon/log.h"
#include "daemon/poison.h"
#include "daemon/lmtpd/server_private.h"

/* For a writer to finish on shutdown. */
#define STOP_SECS 5

static int on_verdicts(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct lane *lane = context;
	struct writer_mail *mail;

	(void)source, (void)fd, (void)events;
	while ((mail = writer_done(lane->writer)) != NULL)
		lane->server->take_back(lane->server, mail);
	return 0;
}

static int start(struct server *server, enum lane_kind kind)
{
	struct lane *lane = &server->lanes[kind];
	int r = writer_start(&server->options->store, &lane->writer);

	lane->server = server;
	if (r == 0)
		r = sd_event_add_io(server->event, NULL, writer_fd(lane->writer), EPOLLIN,
				    on_verdicts, lane);
	return r < 0 ? r : 0;
}

int lanes_start(struct server *server,
		void (*take_back)(struct server *server, struct writer_mail *mail))
{
	server->take_back = take_back;
	poison_open(server->options->timeout_secs);
	return start(server, LANE_NORMAL);
}

struct lane *lanes_choose(struct server *server, size_t mail_bytes)
{
	struct lane *large = &server->lanes[LANE_LARGE];

	if (mail_bytes <= LANE_LARGE_BYTES)
		return &server->lanes[LANE_NORMAL];
	if (large->writer == NULL) {
		int r = start(server, LANE_LARGE);

		if (r != 0)
			log_line(LOG_ERR, "cannot start the writer for large mail: %s",
				 g_strerror(-r));
	}
	return large->writer != NULL ? large : &server->lanes[LANE_NORMAL];
}

void lanes_reload(struct server *server)
{
	for (int i = 0; i < LANE_COUNT; i++) {
		struct lane *lane = &server->lanes[i];

		if (lane->writer == NULL)
			continue;
		writer_reload(lane->writer);
		lane->reloads++;
	}
}

bool lanes_are_reloaded(const struct server *server)
{
	for (int i = 0; i < LANE_COUNT; i++)
		if (server->lanes[i].state.reloads < server->lanes[i].reloads)
			return false;
	return true;
}

static bool is_over(int64_t now, int64_t since_usecs, int secs)
{
	return since_usecs != 0 && now - since_usecs > secs * USECS_PER_SEC;
}

/* Break the connection of a writer that waits too long for the database, once per wait. */
static void check_waiting(struct lane *lane, int64_t now)
{
	const struct writer_state *state = &lane->state;

	if (state->busy_usecs == lane->broken_usecs ||
	    !is_over(now, state->busy_usecs, lane->server->options->timeout_secs))
		return;
	lane->broken_usecs = state->busy_usecs;
	log_line(LOG_ERR, "the database does not answer: breaking the connection");
	writer_break(lane->writer);
}

/*
 * Parsing takes bounded time, so a parser that does not return is a bug.  A thread cannot be ended
 * without its process; the crash is counted for the mail (poison.h), and its client retries.
 */
static void check_reading(struct lane *lane, int64_t now)
{
	const struct writer_state *state = &lane->state;
	int timeout_secs = lane->server->options->timeout_secs;

	if (!is_over(now, state->reading_usecs, timeout_secs))
		return;
	/* The process ends at a later tick at the earliest: waiting clients are answered before. */
	if (state->reading_usecs != lane->slow_usecs) {
		log_line(LOG_ERR, "parsing a message exceeds the timeout");
		lane->slow_usecs = state->reading_usecs;
		return;
	}
	if (!is_over(now, state->reading_usecs, 2 * timeout_secs))
		return;
	log_line(LOG_CRIT, "parsing a message does not end: aborting");
	abort();
}

bool lanes_check(struct server *server, int64_t now)
{
	int stuck_secs = server->options->timeout_secs + server->options->timeout_secs / 2;
	bool is_stuck = false;

	for (int i = 0; i < LANE_COUNT; i++) {
		struct lane *lane = &server->lanes[i];

		if (lane->writer == NULL)
			continue;
		writer_state(lane->writer, &lane->state);
		check_waiting(lane, now);
		check_reading(lane, now);
		is_stuck |= is_over(now, lane->state.busy_usecs, stuck_secs);
	}
	return !is_stuck;
}

bool lanes_stop(struct server *server)
{
	bool are_stopped = true;

	for (int i = 0; i < LANE_COUNT; i++)
		if (server->lanes[i].writer != NULL)
			are_stopped &= writer_stop(server->lanes[i].writer, STOP_SECS);
	return are_stopped;
}
