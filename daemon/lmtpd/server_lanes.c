/*
 * server_lanes - the writers: one for most mail, one for large mail; see server_private.h
 *
 * Large mail takes seconds to store or to hold, and would keep all mail behind it waiting.  It has
 * a writer and a connection of its own, from the first large mail on.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "daemon/log.h"
#include "daemon/poison.h"
#include "daemon/lmtpd/server_private.h"

/* For a writer's last words, after the mail in hand is done. */
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
	return start(server, LANE_MOST);
}

struct lane *lanes_choose(struct server *server, size_t mail_bytes)
{
	struct lane *large = &server->lanes[LANE_LARGE];

	if (mail_bytes <= LANE_LARGE_BYTES)
		return &server->lanes[LANE_MOST];
	if (large->writer == NULL) {
		int r = start(server, LANE_LARGE);

		if (r != 0)
			log_line(LOG_ERR, "no thread for large mail: %s", g_strerror(-r));
	}
	return large->writer != NULL ? large : &server->lanes[LANE_MOST];
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

/* A writer that waits too long for the database is woken, once. */
static void look_after_waiting(struct lane *lane, int64_t now)
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
 * Reading a mail is bounded in time, so this is for a fault of ours.  The thread cannot be ended
 * without the process; the mail gets a mark by that (poison.h), and its client tries again.
 */
static void look_after_reading(struct lane *lane, int64_t now)
{
	const struct writer_state *state = &lane->state;
	int timeout_secs = lane->server->options->timeout_secs;

	if (!is_over(now, state->reading_usecs, timeout_secs))
		return;
	/* The clients are answered between this tick and the next one, which may end the process. */
	if (state->reading_usecs != lane->slow_usecs) {
		log_line(LOG_ERR, "reading a mail takes long");
		lane->slow_usecs = state->reading_usecs;
		return;
	}
	if (!is_over(now, state->reading_usecs, 2 * timeout_secs))
		return;
	log_line(LOG_CRIT, "reading a mail does not end: ending without it");
	abort();
}

bool lanes_look_after(struct server *server, int64_t now)
{
	int stuck_secs = server->options->timeout_secs + server->options->timeout_secs / 2;
	bool is_stuck = false;

	for (int i = 0; i < LANE_COUNT; i++) {
		struct lane *lane = &server->lanes[i];

		if (lane->writer == NULL)
			continue;
		writer_state(lane->writer, &lane->state);
		look_after_waiting(lane, now);
		look_after_reading(lane, now);
		is_stuck |= is_over(now, lane->state.busy_usecs, stuck_secs);
	}
	return !is_stuck;
}

bool lanes_stop(struct server *server)
{
	bool is_over_all = true;

	for (int i = 0; i < LANE_COUNT; i++)
		if (server->lanes[i].writer != NULL)
			is_over_all &= writer_stop(server->lanes[i].writer, STOP_SECS);
	return is_over_all;
}
