/* server_admit - accepts connections, within the limit of sessions; see server_private.h */
#define _GNU_SOURCE /* accept4() */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/lmtpd/server_private.h"

/* Connections accepted in one turn of the event loop. */
#define ACCEPTS_MAX 16

/*
 * At the limit, a session without progress for this long is closed for a new one.  A mail that
 * arrives more slowly than this rate is not progress.
 */
#define EVICT_USECS        (5 * USECS_PER_SEC)
#define FAIR_BYTES_PER_SEC 4096

/* The reply fits into the socket's buffer, so this does not wait. */
static void refuse(int fd, const char *reply)
{
	struct view text = view_str(reply);

	if (send(fd, text.ptr, text.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		log_line(LOG_DEBUG, "could not send the refusal: %s", g_strerror(errno));
	peers_hang_up(fd);
}

/* Time since a session's last progress; -1 if it waits for a reply. */
static int64_t slow_usecs(const struct session *session, int64_t now)
{
	enum lmtp_phase phase = lmtp_phase(session->lmtp);
	int64_t since = session->answered_usecs, fair;

	if (phase == LMTP_ANSWERING)
		return -1;
	if (phase == LMTP_RECEIVING && session->text != NULL) {
		fair = (int64_t)spool_bytes(session->text) * USECS_PER_SEC / FAIR_BYTES_PER_SEC;
		since = session->mail_usecs + fair;
	}
	return since < now ? now - since : 0;
}

/*
 * The session to be closed for a new one of `peer`: the slowest of all if it exceeds EVICT_USECS;
 * otherwise the slowest of the peer with the most sessions, if `peer` has fewer.  May be NULL.
 */
static struct session *find_victim(const struct server *server, const struct peer *peer)
{
	struct session *slowest = NULL, *greedy = NULL;
	int64_t now = clock_monotonic_usecs();
	size_t most = peer_connections(peer);

	for (struct session *s = server->sessions; s != NULL; s = s->next) {
		int64_t slow = slow_usecs(s, now);
		size_t count = peer_connections(s->peer);

		if (slow < 0)
			continue;
		if (slowest == NULL || slow > slow_usecs(slowest, now))
			slowest = s;
		if (count > most ||
		    (greedy != NULL && count == most && slow > slow_usecs(greedy, now))) {
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
	lmtp_close(victim->lmtp, "421 4.3.2 too slow, closed for another client");
	(void)session_send(victim);
	session_end(victim);
	return true;
}

static void admit(struct server *server, int fd)
{
	struct peer *peer = peers_join(server->peers, fd);
	struct writer_state state;

	writer_state(server->lanes[LANE_NORMAL].writer, &state);
	if (state.down_usecs != 0 && clock_monotonic_usecs() - state.down_usecs >
					     server->options->refuse_secs * USECS_PER_SEC) {
		refuse(fd, "421 4.3.2 no database, try again later\r\n");
	} else if (server->session_count >= server->options->sessions_max &&
		   !make_room(server, peer)) {
		refuse(fd, "421 4.3.2 too many sessions, try again later\r\n");
	} else {
		session_begin(server, fd, peer);
		return;
	}
	peers_leave(server->peers, peer);
}

int server_on_connection(sd_event_source *source, int fd, uint32_t events, void *context)
{
	struct server *server = context;

	(void)source, (void)events;
	for (int i = 0; i < ACCEPTS_MAX; i++) {
		int new_fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (new_fd >= 0) {
			admit(server, new_fd);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
			log_line(LOG_ERR, "cannot accept a session: %s", g_strerror(errno));
			server_listen_enabled(server, SD_EVENT_OFF); /* until the next tick */
			return 0;
		} else if (errno != ECONNABORTED && errno != EINTR) {
			return 0;
		}
	}
	return 0;
}
