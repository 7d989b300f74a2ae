/*
 * server_private - private header of server.c, server_*.c and session.c
 *
 * Everything here is used by the main thread only.
 */
#ifndef DAEMON_LMTPD_SERVER_PRIVATE_H
#define DAEMON_LMTPD_SERVER_PRIVATE_H

#include <glib.h>
#include <systemd/sd-event.h>

#include "daemon/outcome.h"
#include "daemon/lmtpd/peers.h"
#include "daemon/lmtpd/server.h"
#include "daemon/lmtpd/spool.h"
#include "daemon/lmtpd/writer.h"

#define USECS_PER_SEC INT64_C(1000000)

/* At most this much is read from one client per turn of the event loop. */
#define READ_BYTES ((size_t)64 << 10)

enum lane_kind { LANE_NORMAL, LANE_LARGE, LANE_COUNT };

/* Mail larger than this goes through LANE_LARGE. */
#define LANE_LARGE_BYTES WRITER_BATCH_BYTES_MAX

/* A writer, and the main thread's data about it. */
struct lane {
	struct server *server;
	struct writer *writer;     /* NULL: not yet started */
	struct writer_state state; /* at the last tick */
	uint64_t reloads;          /* requested so far */
	int64_t broken_usecs;      /* state.busy_usecs when the connection was last broken */
	int64_t slow_usecs;        /* state.reading_usecs that was last logged as slow */
};

struct session {
	struct session *next;
	struct session *previous;
	struct server *server;
	int fd;
	struct peer *peer;
	sd_event_source *source;
	struct lmtp *lmtp;
	struct spool *text;       /* of the mail being received */
	struct writer_mail *mail; /* waits for its verdict */
	struct lane *lane;        /* of `mail` */
	GByteArray *unread;       /* input after `mail` */
	int64_t active_usecs;     /* last read or write */
	int64_t mail_usecs;       /* start of `text` */
	int64_t answered_usecs;   /* last answer to a mail, or start of the session */
	bool is_ending;           /* ends when its output is sent */
};

struct server {
	const struct server_options *options;
	sd_event *event;
	GArray *fds;        /* int: listening sockets */
	GPtrArray *sources; /* sd_event_source *: theirs */
	struct lane lanes[LANE_COUNT];
	void (*take_back)(struct server *server, struct writer_mail *mail); /* lanes_start() */
	struct session *sessions;
	size_t session_count;
	struct peers *peers;
	char *buffer; /* READ_BYTES */
	bool is_stopping;
	int64_t stop_usecs; /* deadline of the shutdown */
	bool is_reloading;
	uint64_t counts[OUTCOME_COUNT];
	uint64_t status_count; /* mails at the last STATUS= */
	int64_t status_usecs;
	bool has_watchdog;
};

/* ---- session.c: bytes between a client, the protocol and the writer */

/* Takes over `fd` and the peer's connection. */
void session_begin(struct server *server, int fd, struct peer *peer);
void session_end(struct session *session);

/* Close it once this reply is sent. */
void session_dismiss(struct session *session, const char *reply);

/* Send pending output; false when the client has closed the connection. */
bool session_send(struct session *session);

/* The writer has finished with this mail: answer, log and free it. */
void session_take_back(struct server *server, struct writer_mail *mail);

/* Stop waiting for the mail's verdict and defer it; `error` is -errno.  May end the session. */
void session_answer_late(struct session *session, int error);

/* End all sessions immediately. */
void sessions_drop(struct server *server);

/* ---- server_lanes.c: the writers */

/*
 * Start the normal lane; `take_back` receives mail that a writer has finished with.  0 or -errno.
 */
int lanes_start(struct server *server,
		void (*take_back)(struct server *server, struct writer_mail *mail));

/* The lane for a mail of this size. */
struct lane *lanes_choose(struct server *server, size_t mail_bytes);

/* Make the writers reload projects and settings; whether all had done so at the last tick. */
void lanes_reload(struct server *server);
bool lanes_are_reloaded(const struct server *server);

/*
 * Read the writers' states, and break connections that wait too long.  False if a writer still
 * waits after its connection was broken.
 */
bool lanes_check(struct server *server, int64_t now);

/* False if a writer could not be stopped: see writer_stop(). */
bool lanes_stop(struct server *server);

/* ---- server_sockets.c: listening sockets */

/* Sockets from systemd and those of the options.  0, or -errno after logging why. */
int server_open_sockets(struct server *server);
int server_watch_sockets(struct server *server, sd_event_io_handler_t on_connection);

/* SD_EVENT_ON or SD_EVENT_OFF: whether connections are accepted. */
void server_listen_enabled(struct server *server, int enabled);
void server_stop_listening(struct server *server);

/* ---- server_admit.c: new connections */

int server_on_connection(sd_event_source *source, int fd, uint32_t events, void *context);

/* ---- server_clock.c: timeouts and notifications to systemd */

/* Timeouts are checked once per tick. */
#define TICK_USECS USECS_PER_SEC

int server_on_tick(sd_event_source *source, uint64_t usecs, void *context);

#endif
