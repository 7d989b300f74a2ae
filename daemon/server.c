/* server - LMTP sessions; see server.h */
#define _GNU_SOURCE /* accept4() */
#include "daemon/server.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "daemon/input.h"
#include "daemon/listen.h"
#include "daemon/log.h"
#include "daemon/outcome.h"
#include "daemon/peers.h"
#include "daemon/spool.h"
#include "daemon/writer.h"
#include "parser/cleanup.h"

#define USECS_PER_SEC INT64_C(1000000)

/* What is read of one client before it is another's turn. */
#define READ_BYTES ((size_t)64 << 10)

/* Connections taken in one turn. */
#define ACCEPTS_MAX 16

/* When all sessions are taken, one that brought no mail for as long goes; a mail that comes more
 * slowly than this is none yet. */
#define EVICT_USECS        (5 * USECS_PER_SEC)
#define FAIR_BYTES_PER_SEC 4096

/* How long a client that does not read its last reply is waited for. */
#define LINGER_USECS (5 * USECS_PER_SEC)

#define TICK_USECS   USECS_PER_SEC
#define STATUS_USECS (5 * USECS_PER_SEC)

/* For the writer's last words, after the mail in hand is done. */
#define WRITER_PATIENCE_SECS 5

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

struct session {
	struct session *next;
	struct session *previous;
	struct server *server;
	int fd;
	struct peer *peer;
	sd_event_source *source;
	struct lmtp *lmtp;
	struct spool *text;       /* of the mail that is coming */
	struct writer_mail *mail; /* that waits for its verdict */
	GByteArray *unread;       /* came behind it */
	int64_t active_usecs;     /* when something last came or went */
	int64_t mail_usecs;       /* when the text began */
	int64_t answered_usecs;   /* when the last mail was, or the session began */
	bool is_ending;           /* goes when its output has gone */
};

struct server {
	const struct server_options *options;
	sd_event *event;
	GArray *fds;        /* int: we listen on them */
	GPtrArray *sources; /* of these: sd_event_source * */
	struct writer *writer;
	struct session *sessions;
	size_t session_count;
	struct peers *peers;
	char *buffer; /* READ_BYTES */
	bool is_stopping;
	int64_t stop_usecs; /* when patience ends */
	bool is_reloading;
	uint64_t reloads;
	uint64_t counts[OUTCOME_COUNT];
	uint64_t status_count; /* of mails, at the last STATUS= */
	int64_t status_usecs;
	bool has_watchdog;
};

/* ---- what there is to say of a mail */

static uint64_t count_mails(const struct server *server)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		sum += server->counts[i];
	return sum;
}

static void log_result(struct server *server, const struct writer_mail *mail,
		       const struct writer_result *result)
{
	struct log_mail entry = {
		.outcome = outcome_words[result->outcome].name,
		.verdict = result->outcome == OUTCOME_DEFERRED
				   ? outcome_status(result->error)
				   : outcome_verdict_name(result->verdict),
		.message_id = result->message_id[0] != '\0' ? result->message_id
							    : mail->message_id,
		.list_id = result->list_id,
		.project = result->project,
		.id = result->id,
		.series_id = result->series_id,
		.bytes = spool_bytes(mail->text),
		.waiting_usecs = writer_now() - mail->arrived_usecs,
		.batch_usecs = mail->batch_usecs,
		.batch_messages = mail->batch_messages,
	};

	server->counts[result->outcome]++;
	log_mail(&entry);
}

static void deferral(char *reply, int error)
{
	const char *words = error == -ENOTCONN    ? "no database"
			    : error == -ETIMEDOUT ? "it took too long"
			    : error == -ENOSPC    ? "no space"
						  : "not now";

	(void)g_snprintf(reply, LMTP_REPLY_BYTES_MAX, "451 %s %s, try again later",
			 outcome_status(error), words);
}

/* Every recipient gets the same, for a reason of ours. */
static void say_later(struct session *session, int error)
{
	size_t count = lmtp_recipient_count(session->lmtp);
	char reply[LMTP_REPLY_BYTES_MAX];

	deferral(reply, error);
	for (size_t i = 0; i < count; i++)
		lmtp_answer(session->lmtp, reply);
}

/* The mail is not waited for any longer; the writer gives it back later, to nobody. */
static void abandon(struct session *session)
{
	session->mail->owner = NULL;
	writer_give_up(session->server->writer, session->mail);
	session->mail = NULL;
}

/* ---- a session's input */

static void add_text(struct session *session, struct view text)
{
	if (session->text == NULL) {
		session->text = spool_new(session->server->options->message_bytes);
		session->mail_usecs = writer_now();
	}
	if (session->text != NULL)
		spool_add(session->text, text);
}

static void drop_text(struct session *session)
{
	spool_free(TAKE(session->text));
}

static struct writer_mail *make_mail(struct session *session)
{
	struct lmtp *lmtp = session->lmtp;
	size_t count = lmtp_list_count(lmtp);
	struct writer_mail *mail = writer_mail_new(TAKE(session->text), count);

	for (size_t i = 0; i < count; i++)
		writer_mail_set_list(mail, i, lmtp_list(lmtp, i));
	mail->owner = session;
	return mail;
}

/* The mail is whole. */
static void hand_over(struct session *session)
{
	int error;

	add_text(session, VIEW("")); /* it may have none */
	if (session->text != NULL)
		spool_finish(session->text);
	error = session->text != NULL ? spool_error(session->text) : -ENOMEM;
	if (error == 0) {
		session->mail = make_mail(session);
		writer_add(session->server->writer, session->mail);
		return;
	}
	log_line(LOG_ERR, "a message was deferred: %s", g_strerror(-error));
	session->server->counts[OUTCOME_DEFERRED]++;
	drop_text(session);
	say_later(session, error);
}

/* Feed the protocol with what came, until a mail has to wait for its verdict. */
static void feed(struct session *session, struct view *input)
{
	struct view text;

	while (session->mail == NULL) {
		switch (lmtp_feed(session->lmtp, input, &text)) {
		case LMTP_MORE:
			return;
		case LMTP_TEXT:
			add_text(session, text);
			break;
		case LMTP_MAIL:
			hand_over(session);
			break;
		case LMTP_DROP:
			drop_text(session);
			break;
		case LMTP_END:
			drop_text(session);
			session->is_ending = true;
			input->len = 0;
			return;
		}
	}
}

static void keep_unread(struct session *session, struct view input)
{
	if (input.len == 0)
		return;
	if (session->unread == NULL)
		session->unread = g_byte_array_new();
	g_byte_array_append(session->unread, (const guint8 *)input.ptr,
			    (guint)input.len);
}

static void feed_unread(struct session *session)
{
	GByteArray *unread = TAKE(session->unread);
	struct view input = VIEW("");

	if (unread != NULL)
		input = view_of((const char *)unread->data, unread->len);
	feed(session, &input);
	keep_unread(session, input);
	if (unread != NULL)
		g_byte_array_unref(unread);
}

/* ---- a session's output */

/* Send what there is to send; false when the client has gone. */
static bool send_output(struct session *session)
{
	for (;;) {
		struct view output = lmtp_output(session->lmtp);
		ssize_t n;

		if (output.len == 0)
			return true;
		n = send(session->fd, output.ptr, output.len,
			 MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (n < 0)
			return false;
		lmtp_sent(session->lmtp, (size_t)n);
		session->active_usecs = writer_now();
	}
}

/* A client that does not read its replies is not read from. */
static uint32_t wanted_events(const struct session *session)
{
	if (lmtp_output(session->lmtp).len > 0)
		return EPOLLOUT;
	return session->mail == NULL ? EPOLLIN : 0;
}

/* ---- a session goes on, or ends */

static void end_session(struct session *session)
{
	struct server *server = session->server;

	if (session->mail != NULL)
		abandon(session);
	if (session->previous != NULL)
		session->previous->next = session->next;
	else
		server->sessions = session->next;
	if (session->next != NULL)
		session->next->previous = session->previous;
	server->session_count--;
	sd_event_source_disable_unref(session->source);
	peers_leave(server->peers, session->peer);
	(void)close(session->fd);
	if (session->unread != NULL)
		g_byte_array_unref(session->unread);
	spool_free(session->text);
	lmtp_free(session->lmtp);
	g_free(session);
	if (server->is_stopping && server->sessions == NULL)
		(void)sd_event_exit(server->event, 0);
}

/* After anything happened: what was left over, replies, what to wait for. */
static void go_on(struct session *session)
{
	feed_unread(session);
	if (!send_output(session) ||
	    (session->is_ending && lmtp_output(session->lmtp).len == 0)) {
		end_session(session);
		return;
	}
	(void)sd_event_source_set_io_events(session->source, wanted_events(session));
}

/* ---- answers */

static void after_answer(struct session *session)
{
	session->mail = NULL;
	session->active_usecs = session->answered_usecs = writer_now();
	if (session->server->is_stopping)
		lmtp_close(session->lmtp, "421 4.3.2 going down");
	go_on(session);
}

/* The writer gave this mail back. */
static void answer(struct session *session, const struct writer_mail *mail)
{
	size_t count = lmtp_recipient_count(session->lmtp);
	char reply[LMTP_REPLY_BYTES_MAX];

	for (size_t i = 0; i < count; i++) {
		const struct writer_result *result =
			&mail->results[lmtp_recipient_list(session->lmtp, i)];

		if (result->outcome == OUTCOME_DEFERRED)
			deferral(reply, result->error);
		else
			(void)g_strlcpy(reply,
					outcome_words[result->outcome].lmtp_reply,
					sizeof(reply));
		lmtp_answer(session->lmtp, reply);
	}
	after_answer(session);
}

static void answer_late(struct session *session, int error)
{
	struct writer_result result = { .outcome = OUTCOME_DEFERRED, .error = error };

	log_result(session->server, session->mail, &result);
	abandon(session);
	say_later(session, error);
	after_answer(session);
}

static void take_back(struct server *server, struct writer_mail *mail)
{
	struct session *session = mail->owner;

	if (session != NULL) {
		answer(session, mail);
		for (size_t i = 0; i < mail->list_count; i++)
			log_result(server, mail, &mail->results[i]);
	}
	writer_mail_free(mail);
}

static int on_verdicts(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct server *server = context;
	struct writer_mail *mail;

	(void)source, (void)fd, (void)events;
	while ((mail = writer_done(server->writer)) != NULL)
		take_back(server, mail);
	return 0;
}

/* ---- sessions come and go */

static void read_input(struct session *session)
{
	struct server *server = session->server;
	ssize_t n = recv(session->fd, server->buffer, READ_BYTES, MSG_DONTWAIT);
	struct view input;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		end_session(session);
		return;
	}
	session->active_usecs = writer_now();
	input = view_of(server->buffer, (size_t)n);
	feed(session, &input);
	keep_unread(session, input);
	go_on(session);
}

static int on_session(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct session *session = context;

	(void)source, (void)fd;
	if ((events & EPOLLOUT) != 0 && lmtp_output(session->lmtp).len > 0)
		go_on(session);
	else if ((events & EPOLLIN) != 0)
		read_input(session);
	else if ((events & (EPOLLHUP | EPOLLERR)) != 0)
		end_session(session);
	return 0;
}

static void dismiss(struct session *session, const char *reply)
{
	lmtp_close(session->lmtp, reply);
	go_on(session);
}

static void begin_session(struct server *server, int fd, struct peer *peer)
{
	struct session *session = g_new0(struct session, 1);
	int one = 1;

	session->server = server;
	session->fd = fd;
	session->peer = peer;
	session->lmtp = lmtp_new(&server->options->lmtp);
	session->active_usecs = session->answered_usecs = writer_now();
	session->next = server->sessions;
	if (session->next != NULL)
		session->next->previous = session;
	server->sessions = session;
	server->session_count++;
	/* On a Unix socket this fails, and is not needed. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (sd_event_add_io(server->event, &session->source, fd, EPOLLIN, on_session,
			    session) < 0) {
		end_session(session);
		return;
	}
	lmtp_greet(session->lmtp);
	go_on(session);
}

/* One session says no and is gone; its reply fits into the socket's buffer. */
static void refuse(int fd, const char *reply)
{
	struct view text = view_str(reply);

	if (send(fd, text.ptr, text.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		log_line(LOG_DEBUG, "a session was refused and did not hear it");
	(void)close(fd);
}

/* For how long a session did not help anybody; -1: it waits for our answer. */
static int64_t slow_usecs(const struct session *session, int64_t now)
{
	enum lmtp_phase phase = lmtp_phase(session->lmtp);
	int64_t since = session->answered_usecs, fair;

	if (phase == LMTP_ANSWERING)
		return -1;
	if (phase == LMTP_RECEIVING && session->text != NULL) {
		fair = (int64_t)spool_bytes(session->text) * USECS_PER_SEC /
		       FAIR_BYTES_PER_SEC;
		since = session->mail_usecs + fair;
	}
	return since < now ? now - since : 0;
}

/*
 * Who has to go when there is no room: the slowest session of all, if it is slow; else the
 * slowest of the peer with the most of them, if `peer` has fewer.  NULL: nobody.
 */
static struct session *find_victim(const struct server *server, const struct peer *peer)
{
	struct session *slowest = NULL, *greedy = NULL;
	int64_t now = writer_now();
	size_t most = peer_connections(peer);

	for (struct session *s = server->sessions; s != NULL; s = s->next) {
		int64_t slow = slow_usecs(s, now);
		size_t count = peer_connections(s->peer);

		if (slow < 0)
			continue;
		if (slowest == NULL || slow > slow_usecs(slowest, now))
			slowest = s;
		if (count > most || (greedy != NULL && count == most &&
				     slow > slow_usecs(greedy, now))) {
			greedy = s;
			most = count;
		}
	}
	if (slowest != NULL && slow_usecs(slowest, now) >= EVICT_USECS)
		return slowest;
	return greedy;
}

static bool make_room(struct server *server, const struct peer *peer)
{
	struct session *victim = find_victim(server, peer);

	if (victim == NULL)
		return false;
	lmtp_close(victim->lmtp, "421 4.3.2 too slow, and others wait");
	(void)send_output(victim);
	end_session(victim);
	return true;
}

static void admit(struct server *server, int fd)
{
	struct peer *peer = peers_join(server->peers, fd);
	struct writer_state state;

	writer_state(server->writer, &state);
	if (state.down_usecs != 0 &&
	    writer_now() - state.down_usecs >
		    server->options->refuse_secs * USECS_PER_SEC) {
		refuse(fd, "421 4.3.2 no database, try again later\r\n");
	} else if (server->session_count >= server->options->sessions_max &&
		   !make_room(server, peer)) {
		refuse(fd, "421 4.3.2 too many sessions, try again later\r\n");
	} else {
		begin_session(server, fd, peer);
		return;
	}
	peers_leave(server->peers, peer);
}

static void listen_enabled(struct server *server, int enabled)
{
	for (guint i = 0; i < server->sources->len; i++)
		(void)sd_event_source_set_enabled(server->sources->pdata[i], enabled);
}

static int on_connection(sd_event_source *source, int fd, uint32_t events,
			 void *context)
{
	struct server *server = context;

	(void)source, (void)events;
	for (int i = 0; i < ACCEPTS_MAX; i++) {
		int new_fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (new_fd >= 0) {
			admit(server, new_fd);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
			log_line(LOG_ERR, "no new session: %s", g_strerror(errno));
			listen_enabled(server,
				       SD_EVENT_OFF); /* the next tick tries again */
			return 0;
		} else if (errno != ECONNABORTED && errno != EINTR) {
			return 0;
		}
	}
	return 0;
}

/* ---- the clock */

static int64_t later_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool is_over(int64_t now, int64_t since, int secs)
{
	return now - since > secs * USECS_PER_SEC;
}

static void check_mail(struct session *session, const struct writer_state *state,
		       int64_t now)
{
	const struct server_options *options = session->server->options;
	int64_t arrived = session->mail->arrived_usecs;

	if (is_over(now, arrived, options->timeout_secs))
		answer_late(session, state->down_usecs != 0 ? -ENOTCONN : -ETIMEDOUT);
	else if (state->down_usecs != 0 &&
		 is_over(now, later_of(arrived, state->down_usecs),
			 options->grace_secs))
		answer_late(session, -ENOTCONN);
}

static void check_session(struct session *session, const struct writer_state *state,
			  int64_t now)
{
	const struct server_options *options = session->server->options;
	bool is_receiving = lmtp_phase(session->lmtp) == LMTP_RECEIVING;

	if (session->mail != NULL) {
		check_mail(session, state, now);
	} else if (session->is_ending) {
		if (now - session->active_usecs > LINGER_USECS)
			end_session(session);
	} else if (is_over(now, session->active_usecs,
			   is_receiving ? options->data_secs : options->idle_secs)) {
		dismiss(session, "421 4.4.2 nothing came for too long");
	} else if (is_receiving && session->text != NULL &&
		   is_over(now, session->mail_usecs, options->mail_secs)) {
		dismiss(session, "421 4.4.2 the mail took too long");
	}
}

static void check_sessions(struct server *server, const struct writer_state *state,
			   int64_t now)
{
	struct session *session, *next;

	for (session = server->sessions; session != NULL; session = next) {
		next = session->next;
		check_session(session, state, now);
	}
}

/* ---- systemd */

static void tell_status(struct server *server, const struct writer_state *state,
			int64_t now)
{
	const uint64_t *n = server->counts;
	uint64_t count = count_mails(server);
	double rate = (double)(count - server->status_count) * USECS_PER_SEC /
		      (double)(now - server->status_usecs + 1);
	g_autofree char *trouble = NULL;

	if (state->down_usecs != 0)
		trouble = g_strdup_printf("; no database for %" PRId64 " s: %s",
					  (now - state->down_usecs) / USECS_PER_SEC,
					  state->words);
	(void)sd_notifyf(
		0,
		"STATUS=%.1f mails/s; %zu sessions, %zu mails waiting; %" PRIu64
		" stored, %" PRIu64 " duplicate, %" PRIu64 " ignored, %" PRIu64
		" held, %" PRIu64 " deferred in %" PRIu64 " batches%s",
		rate, server->session_count, state->queued, n[OUTCOME_STORED],
		n[OUTCOME_DUPLICATE], n[OUTCOME_IGNORED], n[OUTCOME_HELD],
		n[OUTCOME_DEFERRED], state->batches, trouble != NULL ? trouble : "");
	server->status_count = count;
	server->status_usecs = now;
}

/* A writer that waits too long is woken; if that does not help, the watchdog bites. */
static void look_after_writer(struct server *server, const struct writer_state *state,
			      int64_t now)
{
	int timeout = server->options->timeout_secs;
	/* Its connection was broken by then: it will not come back. */
	int stuck = timeout + timeout / 2;

	if (state->busy_usecs != 0 && is_over(now, state->busy_usecs, timeout)) {
		log_line(LOG_ERR,
			 "the database does not answer: breaking the connection");
		writer_break(server->writer);
	}
	if (server->has_watchdog &&
	    (state->busy_usecs == 0 || !is_over(now, state->busy_usecs, stuck)))
		(void)sd_notify(0, "WATCHDOG=1");
}

static void finish_reload(struct server *server, const struct writer_state *state)
{
	if (!server->is_reloading || state->reloads < server->reloads)
		return;
	server->is_reloading = false;
	log_line(LOG_NOTICE, "projects and settings were read again");
	(void)sd_notify(0, "READY=1");
}

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *info,
		     void *context)
{
	struct server *server = context;

	(void)source, (void)info;
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, writer_now());
	server->is_reloading = true;
	server->reloads++;
	writer_reload(server->writer);
	return 0;
}

/* ---- the end */

static void stop_listening(struct server *server)
{
	/* Once: whoever comes after us may have made these sockets anew. */
	if (server->fds->len == 0)
		return;
	for (guint i = 0; i < server->sources->len; i++)
		sd_event_source_disable_unref(server->sources->pdata[i]);
	g_ptr_array_set_size(server->sources, 0);
	for (guint i = 0; i < server->fds->len; i++)
		(void)close(g_array_index(server->fds, int, i));
	g_array_set_size(server->fds, 0);
	for (size_t i = 0; i < server->options->listen_count; i++)
		if (listen_path(server->options->listen[i]) != NULL)
			(void)unlink(listen_path(server->options->listen[i]));
}

/* Mail that is here or on its way is finished; the others are told. */
static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info,
		   void *context)
{
	struct server *server = context;
	struct session *session, *next;

	(void)source, (void)info;
	if (server->is_stopping)
		return 0;
	(void)sd_notify(0, "STOPPING=1");
	log_line(LOG_NOTICE, "stopping; %zu session(s)", server->session_count);
	stop_listening(server);
	server->is_stopping = true;
	server->stop_usecs = writer_now() + server->options->stop_secs * USECS_PER_SEC;
	for (session = server->sessions; session != NULL; session = next) {
		enum lmtp_phase phase = lmtp_phase(session->lmtp);

		next = session->next;
		if (phase != LMTP_RECEIVING && phase != LMTP_ANSWERING)
			dismiss(session, "421 4.3.2 going down");
	}
	if (server->sessions == NULL)
		(void)sd_event_exit(server->event, 0);
	return 0;
}

/* Patience is over. */
static void drop_sessions(struct server *server)
{
	while (server->sessions != NULL) {
		struct session *session = server->sessions;

		if (session->mail != NULL) {
			abandon(session);
			say_later(session, -ENOTCONN);
		}
		lmtp_close(session->lmtp, "421 4.3.2 going down");
		(void)send_output(session);
		end_session(session);
	}
}

static int on_tick(sd_event_source *source, uint64_t usecs, void *context)
{
	struct server *server = context;
	int64_t now = writer_now();
	struct writer_state state;

	(void)usecs;
	writer_state(server->writer, &state);
	check_sessions(server, &state, now);
	look_after_writer(server, &state, now);
	finish_reload(server, &state);
	if (now - server->status_usecs >= STATUS_USECS)
		tell_status(server, &state, now);
	if (server->is_stopping && now > server->stop_usecs)
		drop_sessions(server);
	listen_enabled(server, SD_EVENT_ON);
	(void)sd_event_source_set_time(source, (uint64_t)(now + TICK_USECS));
	(void)sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

/* ---- the beginning */

static int adopt_sockets(struct server *server)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(1, &names);
	int r = count < 0 ? count : 0;

	for (int i = 0; i < count && r == 0; i++) {
		int fd = SD_LISTEN_FDS_START + i;

		if (sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, 1) <= 0) {
			log_line(LOG_ERR,
				 "socket %s from systemd does not listen: "
				 "is it Accept=no and ListenStream=?",
				 names[i]);
			r = -EINVAL;
		} else if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
			r = -errno;
		} else {
			log_line(LOG_INFO, "listening on %s from systemd", names[i]);
			g_array_append_val(server->fds, fd);
		}
	}
	for (int i = 0; names != NULL && names[i] != NULL; i++)
		free(names[i]);
	free(names);
	return r;
}

static int open_sockets(struct server *server)
{
	for (size_t i = 0; i < server->options->listen_count; i++) {
		const char *address = server->options->listen[i], *error;
		int fds[LISTEN_SOCKETS_MAX];
		size_t count = 0;
		int r = listen_open(address, fds, &count, &error);

		if (r != 0) {
			log_line(LOG_ERR, "cannot listen on %s: %s", address, error);
			return r;
		}
		g_array_append_vals(server->fds, fds, (guint)count);
		log_line(LOG_INFO, "listening on %s", address);
	}
	if (server->fds->len > 0)
		return 0;
	log_line(LOG_ERR,
		 "nothing to listen on: no socket from systemd and no --listen");
	return -EINVAL;
}

static int watch_sockets(struct server *server)
{
	for (guint i = 0; i < server->fds->len; i++) {
		int fd = g_array_index(server->fds, int, i);
		sd_event_source *source;
		int r = sd_event_add_io(server->event, &source, fd, EPOLLIN,
					on_connection, server);

		if (r < 0)
			return r;
		g_ptr_array_add(server->sources, source);
	}
	return 0;
}

/* Signals have to be blocked before there is a second thread. */
static int block_signals(void)
{
	sigset_t set;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* a limit on files costs a mail a delay */
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
		r = sd_event_add_io(event, NULL, writer_fd(server->writer), EPOLLIN,
				    on_verdicts, server);
	if (r >= 0)
		r = sd_event_add_time(event, NULL, CLOCK_MONOTONIC,
				      (uint64_t)(writer_now() + TICK_USECS), 0, on_tick,
				      server);
	return r < 0 ? r : watch_sockets(server);
}

/* Each session has a socket, and may have a file. */
static void raise_files_limit(size_t sessions_max)
{
	rlim_t wanted = 2 * sessions_max + 64;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int begin(struct server *server)
{
	int r = adopt_sockets(server);

	if (r == 0)
		r = open_sockets(server);
	if (r == 0)
		r = block_signals();
	if (r == 0)
		r = writer_start(&server->options->store, &server->writer);
	if (r == 0)
		r = sd_event_new(&server->event);
	if (r >= 0)
		r = watch_rest(server);
	server->has_watchdog = sd_watchdog_enabled(0, NULL) > 0;
	server->status_usecs = writer_now();
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
	} else {
		log_line(LOG_ERR, "cannot start: %s", g_strerror(-r));
	}
	drop_sessions(&server);
	if (server.writer != NULL &&
	    !writer_stop(server.writer, WRITER_PATIENCE_SECS)) {
		log_line(LOG_ERR, "the database does not let go: leaving without");
		_exit(r < 0 ? 1 : 0);
	}
	stop_listening(&server);
	sd_event_unref(server.event);
	g_array_unref(server.fds);
	g_ptr_array_unref(server.sources);
	peers_free(server.peers);
	g_free(server.buffer);
	return r < 0 ? r : 0;
}
