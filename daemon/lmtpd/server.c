/* server - starts and stops the LMTP server; see server.h */
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "daemon/input.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/lmtpd/server_private.h"

const struct server_options server_defaults = {
	.sessions_max = 200,
	.message_bytes = INPUT_BYTES_MAX,
	.idle_secs = 300,
	.data_secs = 180,
	.mail_secs = 1800,
	.grace_secs = 10,
	.refuse_secs = 30,
	.timeout_secs = 120,
	.stop_secs = 20,
};

/* ---- signals */

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
	struct server *server = context;

	(void)source, (void)info;
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_monotonic_usecs());
	server->is_reloading = true;
	lanes_reload(server);
	return 0;
}

/* Sessions that are sending a mail or wait for its reply may finish; the others get 421. */
static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
	struct server *server = context;
	struct session *session, *next;

	(void)source, (void)info;
	if (server->is_stopping)
		return 0;
	(void)sd_notify(0, "STOPPING=1");
	log_line(LOG_NOTICE, "stopping; %zu session(s)", server->session_count);
	server_stop_listening(server);
	server->is_stopping = true;
	server->stop_usecs = clock_monotonic_usecs() + server->options->stop_secs * USECS_PER_SEC;
	for (session = server->sessions; session != NULL; session = next) {
		enum lmtp_phase phase = lmtp_phase(session->lmtp);

		next = session->next;
		if (phase != LMTP_RECEIVING && phase != LMTP_ANSWERING)
			session_dismiss(session, "421 4.3.2 shutting down");
	}
	if (server->sessions == NULL)
		(void)sd_event_exit(server->event, 0);
	return 0;
}

/* ---- start and end */

/* Called before the first thread is created, which inherits the mask. */
static int block_signals(void)
{
	sigset_t set;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* write() fails instead, and the mail is deferred */
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	return sigprocmask(SIG_BLOCK, &set, NULL) == 0 ? 0 : -errno;
}

static int watch_rest(struct server *server)
{
	sd_event *event = server->event;
	int r = sd_event_add_signal(event, NULL, SIGTERM, on_stop, server);

	if (r >= 0)
		r = sd_event_add_signal(event, NULL, SIGINT, on_stop, server);
	if (r >= 0)
		r = sd_event_add_signal(event, NULL, SIGHUP, on_reload, server);
	if (r >= 0)
		r = sd_event_add_time(event, NULL, CLOCK_MONOTONIC,
				      (uint64_t)(clock_monotonic_usecs() + TICK_USECS), 0,
				      server_on_tick, server);
	return r < 0 ? r : server_watch_sockets(server, server_on_connection);
}

/* A session has a socket and may have a spool file. */
static void raise_files_limit(size_t sessions_max)
{
	rlim_t wanted = 2 * sessions_max + 64;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* Returns 0, or a negative errno after logging the error. */
static int begin(struct server *server)
{
	int r = server_open_sockets(server);

	if (r != 0)
		return r;
	r = block_signals();
	if (r == 0)
		r = sd_event_new(&server->event);
	if (r >= 0)
		r = lanes_start(server, session_take_back);
	if (r == 0)
		r = watch_rest(server);
	server->has_watchdog = sd_watchdog_enabled(0, NULL) > 0;
	server->status_usecs = clock_monotonic_usecs();
	if (r < 0)
		log_line(LOG_ERR, "cannot start: %s", g_strerror(-r));
	return r;
}

int server_run(const struct server_options *options)
{
	struct server server = { .options = options };
	int r;

	server.fds = g_array_new(FALSE, FALSE, sizeof(int));
	server.sources = g_ptr_array_new();
	server.peers = peers_new();
	server.buffer = g_malloc(READ_BYTES);
	raise_files_limit(options->sessions_max);
	r = begin(&server);
	if (r >= 0) {
		(void)sd_notify(0, "READY=1");
		r = sd_event_loop(server.event);
	}
	sessions_drop(&server);
	if (!lanes_stop(&server)) {
		log_line(LOG_ERR, "a writer thread did not stop; exiting anyway");
		_exit(r < 0 ? 1 : 0);
	}
	server_stop_listening(&server);
	sd_event_unref(server.event);
	g_array_unref(server.fds);
	g_ptr_array_unref(server.sources);
	peers_free(server.peers);
	g_free(server.buffer);
	return r < 0 ? r : 0;
}
