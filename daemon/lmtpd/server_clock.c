/* server_clock - timeouts and notifications to systemd; see server_private.h */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/lmtpd/server_private.h"

/* A client has this long to read its last reply. */
#define LINGER_USECS (5 * USECS_PER_SEC)

#define STATUS_USECS (5 * USECS_PER_SEC)

static int64_t later_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool is_over(int64_t now, int64_t since, int secs)
{
	return now - since > secs * USECS_PER_SEC;
}

static void check_mail(struct session *session, int64_t now)
{
	const struct writer_state *state = &session->lane->state;
	const struct server_options *options = session->server->options;
	int64_t arrived = session->mail->arrived_usecs;

	if (is_over(now, arrived, options->timeout_secs))
		session_answer_late(session, state->down_usecs != 0 ? -ENOTCONN : -ETIMEDOUT);
	else if (state->down_usecs != 0 &&
		 is_over(now, later_of(arrived, state->down_usecs), options->grace_secs))
		session_answer_late(session, -ENOTCONN);
}

static void check_session(struct session *session, int64_t now)
{
	const struct server_options *options = session->server->options;
	bool is_receiving = lmtp_phase(session->lmtp) == LMTP_RECEIVING;

	if (session->mail != NULL) {
		check_mail(session, now);
	} else if (session->is_ending) {
		if (now - session->active_usecs > LINGER_USECS)
			session_end(session);
	} else if (is_over(now, session->active_usecs,
			   is_receiving ? options->data_secs : options->idle_secs)) {
		session_dismiss(session, "421 4.4.2 idle for too long");
	} else if (is_receiving && session->text != NULL &&
		   is_over(now, session->mail_usecs, options->mail_secs)) {
		session_dismiss(session, "421 4.4.2 the message took too long");
	}
}

static void check_sessions(struct server *server, int64_t now)
{
	struct session *session, *next;

	for (session = server->sessions; session != NULL; session = next) {
		next = session->next;
		check_session(session, now);
	}
}

/* ---- systemd */

static uint64_t count_mails(const struct server *server)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		sum += server->counts[i];
	return sum;
}

static void tell_status(struct server *server, int64_t now)
{
	const struct writer_state *state = &server->lanes[LANE_NORMAL].state;
	const struct writer_state *large = &server->lanes[LANE_LARGE].state;
	const uint64_t *n = server->counts;
	uint64_t count = count_mails(server);
	double rate = (double)(count - server->status_count) * USECS_PER_SEC /
		      (double)(now - server->status_usecs + 1);
	g_autofree char *error = g_utf8_make_valid(state->error, -1); /* required by systemd */
	g_autofree char *trouble = NULL;

	if (state->down_usecs != 0)
		trouble = g_strdup_printf("; no database for %" PRId64 " s: %s",
					  (now - state->down_usecs) / USECS_PER_SEC, error);
	(void)sd_notifyf(0,
			 "STATUS=%.1f mails/s; %zu sessions, %zu mails waiting; %" PRIu64
			 " stored, %" PRIu64 " duplicate, %" PRIu64 " ignored, %" PRIu64
			 " held, %" PRIu64 " deferred in %" PRIu64 " batches%s",
			 rate, server->session_count, state->queued + large->queued,
			 n[OUTCOME_STORED], n[OUTCOME_DUPLICATE], n[OUTCOME_IGNORED],
			 n[OUTCOME_HELD], n[OUTCOME_DEFERRED], state->batches + large->batches,
			 trouble != NULL ? trouble : "");
	server->status_count = count;
	server->status_usecs = now;
}

static void finish_reload(struct server *server)
{
	if (!server->is_reloading || !lanes_are_reloaded(server))
		return;
	server->is_reloading = false;
	log_line(LOG_NOTICE, "reloaded projects and settings");
	(void)sd_notify(0, "READY=1");
}

int server_on_tick(sd_event_source *source, uint64_t usecs, void *context)
{
	struct server *server = context;
	int64_t now = clock_monotonic_usecs();

	(void)usecs;
	/* Without WATCHDOG=1 systemd kills and restarts the daemon. */
	if (lanes_check(server, now) && server->has_watchdog)
		(void)sd_notify(0, "WATCHDOG=1");
	check_sessions(server, now);
	finish_reload(server);
	if (now - server->status_usecs >= STATUS_USECS)
		tell_status(server, now);
	if (server->is_stopping && now > server->stop_usecs)
		sessions_drop(server);
	server_listen_enabled(server, SD_EVENT_ON);
	(void)sd_event_source_set_time(source, (uint64_t)(now + TICK_USECS));
	(void)sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}
