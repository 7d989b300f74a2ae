/* session - bytes between a client, the protocol and the writer; see server_inside.h */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/lmtpd/server_private.h"
#include "parser/cleanup.h"

/* ---- input */

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
		session->lane = lanes_choose(session->server, spool_bytes(session->text));
		session->mail = make_mail(session);
		writer_add(session->lane->writer, session->mail);
		return;
	}
	log_line(LOG_ERR, "a message was deferred: %s", g_strerror(-error));
	session->server->counts[OUTCOME_DEFERRED]++;
	drop_text(session);
	session_say_later(session, error);
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

/* Send what there is to send; false when the client has gone. */
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

/* ---- it goes on, or ends */

void session_end(struct session *session)
{
	struct server *server = session->server;

	if (session->mail != NULL)
		session_abandon(session);
	if (session->previous != NULL)
		session->previous->next = session->next;
	else
		server->sessions = session->next;
	if (session->next != NULL)
		session->next->previous = session->previous;
	server->session_count--;
	sd_event_source_disable_unref(session->source);
	peers_leave(server->peers, session->peer);
	server_hang_up(server, session->fd);
	if (session->unread != NULL)
		g_byte_array_unref(session->unread);
	spool_free(session->text);
	lmtp_free(session->lmtp);
	g_free(session);
	if (server->is_stopping && server->sessions == NULL)
		(void)sd_event_exit(server->event, 0);
}

/* After anything happened: what was left over, replies, what to wait for. */
void session_go_on(struct session *session)
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
	session_go_on(session);
}

/* ---- it begins */

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
	session->active_usecs = writer_now();
	input = view_of(server->buffer, (size_t)n);
	feed(session, &input);
	keep_unread(session, input);
	session_go_on(session);
}

static int on_session(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct session *session = context;

	(void)source, (void)fd;
	if ((events & EPOLLOUT) != 0 && lmtp_output(session->lmtp).len > 0)
		session_go_on(session);
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
	session->active_usecs = session->answered_usecs = writer_now();
	session->next = server->sessions;
	if (session->next != NULL)
		session->next->previous = session;
	server->sessions = session;
	server->session_count++;
	/* On a Unix socket this fails, and is not needed. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (sd_event_add_io(server->event, &session->source, fd, EPOLLIN, on_session, session) <
	    0) {
		session_end(session);
		return;
	}
	lmtp_greet(session->lmtp);
	session_go_on(session);
}
