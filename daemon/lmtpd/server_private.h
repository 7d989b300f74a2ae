/*
 * server_private - the inside of the server, shared by server.c, the server_*.c and session*.c
 *
 * All of it is the main thread's.
 */
#ifndef DAEMON_SERVER_INSIDE_H
#define DAEMON_SERVER_INSIDE_H

#include <glib.h>
#include <systemd/sd-event.h>

#include "daemon/outcome.h"
#include "daemon/lmtpd/peers.h"
#include "daemon/lmtpd/server.h"
#include "daemon/lmtpd/spool.h"
#include "daemon/lmtpd/writer.h"

#define USECS_PER_SEC INT64_C(1000000)

/* What is read of one client before it is another's turn. */
#define READ_BYTES ((size_t)64 << 10)

enum lane_kind { LANE_MOST, LANE_LARGE, LANE_COUNT };

/* Mail larger than this goes through LANE_LARGE. */
#define LANE_LARGE_BYTES WRITER_BATCH_BYTES_MAX

/* A writer, and what was seen of it. */
struct lane {
	struct server *server;
	struct writer *writer;     /* NULL: it was not needed yet */
	struct writer_state state; /* at the last tick */
	uint64_t reloads;          /* asked for */
	int64_t broken_usecs;      /* the state.busy_usecs for which the connection was broken */
	int64_t slow_usecs;        /* the state.reading_usecs that the log has */
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
	struct lane *lane;        /* in which it waits */
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
	struct lane lanes[LANE_COUNT];
	void (*take_back)(struct server *server, struct writer_mail *mail); /* lanes_start() */
	struct session *sessions;
	size_t session_count;
	struct peers *peers;
	char *buffer; /* READ_BYTES */
	bool is_stopping;
	int64_t stop_usecs; /* when patience ends */
	bool is_reloading;
	uint64_t counts[OUTCOME_COUNT];
	uint64_t status_count; /* of mails, at the last STATUS= */
	int64_t status_usecs;
	bool has_watchdog;
};

/* ---- session.c: bytes between a client, the protocol and the writer */

/* Takes over `fd` and the peer's connection. */
void session_begin(struct server *server, int fd, struct peer *peer);
void session_end(struct session *session);

/* Close it with this reply, as soon as that has gone. */
void session_dismiss(struct session *session, const char *reply);

/* Send what there is to send; false when the client has gone. */
bool session_send(struct session *session);

/* The writer gave this mail back; it goes. */
void session_take_back(struct server *server, struct writer_mail *mail);

/* Do not wait for the mail in hand any longer; `error` is -errno.  The session may end here. */
void session_answer_late(struct session *session, int error);

/* Time is over: all sessions end now. */
void sessions_drop(struct server *server);

/* ---- server_lanes.c: the writers */

/* Start the writer for most mail; `take_back` gets what the writers give back.  0 or -errno. */
int lanes_start(struct server *server,
		void (*take_back)(struct server *server, struct writer_mail *mail));

/* The lane for a mail of that size. */
struct lane *lanes_choose(struct server *server, size_t mail_bytes);

/* Every writer reads again what the operator has set; whether all have done so, as last seen. */
void lanes_reload(struct server *server);
bool lanes_are_reloaded(const struct server *server);

/*
 * Look at each writer's state, and wake those that wait too long.  False: one did not come back
 * after its connection was broken.
 */
bool lanes_look_after(struct server *server, int64_t now);

/* False if one could not be ended: see writer_stop(). */
bool lanes_stop(struct server *server);

/* ---- server_sockets.c: what we listen on */

/* Sockets that systemd hands over, and our own.  0, or -errno (and said why). */
int server_open_sockets(struct server *server);
int server_watch_sockets(struct server *server, sd_event_io_handler_t on_connection);

/* SD_EVENT_ON or SD_EVENT_OFF: whether connections are taken. */
void server_listen_enabled(struct server *server, int enabled);
void server_stop_listening(struct server *server);

/* ---- server_admit.c: who may come in */

int server_on_connection(sd_event_source *source, int fd, uint32_t events, void *context);

/* ---- server_clock.c: what takes too long, and what systemd is told */

/* How long it is from one look at the clock to the next. */
#define TICK_USECS USECS_PER_SEC

int server_on_tick(sd_event_source *source, uint64_t usecs, void *context);

#endif
