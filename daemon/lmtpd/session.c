/* session - bytes between a client, the protocol and the writer; see server_private.h */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/lmtpd/server_private.h"
#include "parser/cleanup.h"

/* ---- log and replies */

static void log_result(struct server *server, const struct writer_mail *mail,
		       const struct writer_result *result)
{
	struct log_mail entry = {
		.outcome = outcome_rows[result->outcome].name,
		.verdict = result->outcome == OUTCOME_DEFERRED
				   ? outcome_status(result->error)
				   : outcome_verdict_name(result->verdict),
		.message_id = result->message_id[0] != '\0' ? result->message_id : mail->message_id,
		.list_id = result->list_id,
		.project = result->project,
		.id = result->id,
		.series_id = result->series_id,
		.bytes = spool_bytes(mail->text),
		.waiting_usecs = clock_monotonic_usecs() - mail->arrived_usecs,
		.batch_usecs = result->batch_usecs,
		.batch_messages = result->batch_messages,
	};

	server->counts[result->outcome]++;
	log_mail(&entry);
}

static void deferral(char *reply, int error)
{
	const char *reason = error == -ENOTCONN    ? "no database"
			     : error == -ETIMEDOUT ? "timed out"
			     : error == -ENOSPC    ? "no space"
						   : "temporary failure";

	(void)g_snprintf(reply, LMTP_REPLY_BYTES_MAX, "451 %s %s, try again later",
			 outcome_status(error), reason);
}

/* The same reply for every recipient. */
static void answer_deferred(struct session *session, int error)
{
	size_t count = lmtp_recipient_count(session->lmtp);
	char reply[LMTP_REPLY_BYTES_MAX];

	deferral(reply, error);
	for (size_t i = 0; i < count; i++)
		lmtp_answer(session->lmtp, reply);
}

/* Stop waiting for the mail.  The writer still returns it, without an owner. */
static void abandon(struct session *session)
{
	session->mail->owner = NULL;
	writer_give_up(session->lane->writer, session->mail);
	session->mail = NULL;
}

/* ---- input */

static void add_text(struct session *session, struct view text)
{
	if (session->text == NULL) {
		session->text = spool_new(session->server->options->message_bytes);
		session->mail_usecs = clock_monotonic_usecs();
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

/* Give the complete mail to a writer. */
static void queue_mail(struct session *session)
{
	int error;

	add_text(session, VIEW("")); /* an empty mail has no spool yet */
	if (session->text != NULL)
		spool_finish(session->text);
	error = session->text != NULL ? spool_error(session->text) : -ENOMEM;
	if (error == 0) {
		session->lane = lanes_choose(session->server, spool_bytes(session->text));
		session->mail = make_mail(session);
		writer_add(session->lane->writer, session->mail);
		return;
	}
	log_line(LOG_ERR, "a message was deferred: %s", g_strerror(-error));
	session->server->counts[OUTCOME_DEFERRED]++;
	drop_text(session);
	answer_deferred(session, error);
}

/* Feed the protocol until a mail waits for its verdict. */
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
			queue_mail(session);
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
	g_byte_array_append(session->unread, (const guint8 *)input.ptr, (guint)input.len);
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

/* ---- output */

bool session_send(struct session *session)
{
	for (;;) {
		struct view output = lmtp_output(session->lmtp);
		ssize_t n;

		if (output.len == 0)
			return true;
		n = send(session->fd, output.ptr, output.len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (n < 0)
			return false;
		lmtp_sent(session->lmtp, (size_t)n);
		session->active_usecs = clock_monotonic_usecs();
	}
}

/* A client that does not read its replies is not read from. */
static uint32_t wanted_events(const struct session *session)
{
	if (lmtp_output(session->lmtp).len > 0)
		return EPOLLOUT;
	return session->mail == NULL ? EPOLLIN : 0;
}

/* ---- continuing and ending */

void session_end(struct session *session)
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
	peers_hang_up(session->fd);
	if (session->unread != NULL)
		g_byte_array_unref(session->unread);
	spool_free(session->text);
	lmtp_free(session->lmtp);
	g_free(session);
	if (server->is_stopping && server->sessions == NULL)
		(void)sd_event_exit(server->event, 0);
}

/* After any event: process unread input, send replies, set the events to wait for. */
static void resume(struct session *session)
{
	feed_unread(session);
	if (!session_send(session) || (session->is_ending && lmtp_output(session->lmtp).len == 0)) {
		session_end(session);
		return;
	}
	(void)sd_event_source_set_io_events(session->source, wanted_events(session));
}

void session_dismiss(struct session *session, const char *reply)
{
	lmtp_close(session->lmtp, reply);
	resume(session);
}

/* ---- verdicts */

static void after_answer(struct session *session)
{
	session->mail = NULL;
	session->active_usecs = session->answered_usecs = clock_monotonic_usecs();
	if (session->server->is_stopping)
		lmtp_close(session->lmtp, "421 4.3.2 shutting down");
	resume(session);
}

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
			(void)g_strlcpy(reply, outcome_rows[result->outcome].lmtp_reply,
					sizeof(reply));
		lmtp_answer(session->lmtp, reply);
	}
	after_answer(session);
}

void session_answer_late(struct session *session, int error)
{
	struct writer_result result = { .outcome = OUTCOME_DEFERRED, .error = error };

	log_result(session->server, session->mail, &result);
	abandon(session);
	answer_deferred(session, error);
	after_answer(session);
}

void session_take_back(struct server *server, struct writer_mail *mail)
{
	struct session *session = mail->owner;

	if (session != NULL) {
		answer(session, mail);
		for (size_t i = 0; i < mail->list_count; i++)
			log_result(server, mail, &mail->results[i]);
	}
	writer_mail_free(mail);
}

/* ---- beginning */

static void read_input(struct session *session)
{
	struct server *server = session->server;
	ssize_t n = recv(session->fd, server->buffer, READ_BYTES, MSG_DONTWAIT);
	struct view input;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		session_end(session);
		return;
	}
	session->active_usecs = clock_monotonic_usecs();
	input = view_of(server->buffer, (size_t)n);
	feed(session, &input);
	keep_unread(session, input);
	resume(session);
}

static int on_session(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct session *session = context;

	(void)source, (void)fd;
	if ((events & EPOLLOUT) != 0 && lmtp_output(session->lmtp).len > 0)
		resume(session);
	else if ((events & EPOLLIN) != 0)
		read_input(session);
	else if ((events & (EPOLLHUP | EPOLLERR)) != 0)
		session_end(session);
	return 0;
}

void session_begin(struct server *server, int fd, struct peer *peer)
{
	struct session *session = g_new0(struct session, 1);
	int one = 1;

	session->server = server;
	session->fd = fd;
	session->peer = peer;
	session->lmtp = lmtp_new(&server->options->lmtp);
	session->active_usecs = session->answered_usecs = clock_monotonic_usecs();
	session->next = server->sessions;
	if (session->next != NULL)
		session->next->previous = session;
	server->sessions = session;
	server->session_count++;
	/* Fails on a Unix socket, which does not need it. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (sd_event_add_io(server->event, &session->source, fd, EPOLLIN, on_session, session) <
	    0) {
		session_end(session);
		return;
	}
	lmtp_greet(session->lmtp);
	resume(session);
}

/* ---- all sessions */

void sessions_drop(struct server *server)
{
	while (server->sessions != NULL) {
		struct session *session = server->sessions;

		if (session->mail != NULL) {
			abandon(session);
			answer_deferred(session, -ENOTCONN);
		}
		lmtp_close(session->lmtp, "421 4.3.2 shutting down");
		(void)session_send(session);
		session_end(session);
	}
}
