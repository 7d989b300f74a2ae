/*
 * writer_private - private header of writer.c and writer_*.c
 */
#ifndef DAEMON_LMTPD_WRITER_PRIVATE_H
#define DAEMON_LMTPD_WRITER_PRIVATE_H

#include <glib.h>
#include <pthread.h>

#include "daemon/ingest.h"
#include "daemon/lmtpd/writer.h"

#define USECS_PER_SEC INT64_C(1000000)

struct mail_queue {
	struct writer_mail *first;
	struct writer_mail *last;
	size_t count;
};

/* A message of the current batch: a mail for one list. */
struct entry {
	struct writer_mail *mail;
	struct writer_result *result;
	struct arena *arena;
	struct ingest ingest;
	bool is_decided;
};

struct writer {
	pthread_t thread;
	pthread_mutex_t lock; /* protects the fields up to is_stopping */
	pthread_cond_t wake;
	struct mail_queue queue;
	struct mail_queue done;
	struct writer_state state;
	uint64_t reloads_wanted;
	bool is_stopping;

	/* Used by the thread only: */
	int event_fd;
	struct store *store;
	bool is_connected;
	int64_t pause_usecs;
	int64_t connected_usecs;
	int64_t refreshed_usecs;
	int64_t expired_usecs;
	int64_t due_usecs; /* the last time of writer_supersede_due() */
	char *warnings;    /* of the catalog, last logged */
	size_t batch_max;
	struct writer_mail *batch; /* linked by `next` */
	struct entry entries[WRITER_BATCH_MESSAGES_MAX];
	struct delivery deliveries[WRITER_BATCH_MESSAGES_MAX];
	struct entry *delivered[WRITER_BATCH_MESSAGES_MAX]; /* the entry of each delivery */
	size_t count;
};

/* ---- writer_mail.c: queues, which own their mails */

void mail_queue_add(struct mail_queue *queue, struct writer_mail *mail);
/* Removes and returns the first; NULL if empty. */
struct writer_mail *mail_queue_take(struct mail_queue *queue);
void mail_queue_put_back(struct mail_queue *queue, struct writer_mail *mail);
void mail_queue_done(struct mail_queue *queue);

/* Copy as a C string, truncated to WRITER_FIELD_BYTES. */
void writer_copy_field(char *to, struct view from);

/* ---- writer_state.c: communication between the thread and the caller */

/* Make writer_fd() readable. */
void writer_notify_caller(const struct writer *writer);

/* Begin or end waiting for the database. */
void writer_set_busy(struct writer *writer, bool is_busy);

/* Begin or end parsing one mail. */
void writer_set_reading(struct writer *writer, bool is_reading);

/* Under the lock: sleep until woken, or until clock_monotonic_usecs() reaches `until_usecs`. */
void writer_sleep_until(struct writer *writer, int64_t until_usecs);

/* ---- writer_connection.c: the connection, and periodic work over it */

/* Connect; on failure pause. */
void writer_connect(struct writer *writer);

/* Note and log that there is no database. */
void writer_lose_connection(struct writer *writer);

/* Sleep, longer each time, until a connection was good. */
void writer_pause(struct writer *writer);

/*
 * Reload projects and settings, delete expired waiting mail, and supersede older versions of series
 * that remain incomplete, if due.  0 or -errno.
 */
int writer_refresh_catalog(struct writer *writer);
int writer_expire_waiting(struct writer *writer);
int writer_supersede_due(struct writer *writer);

/* Interval of writer_expire_waiting(). */
#define EXPIRE_USECS (3600 * USECS_PER_SEC)

/* Interval of writer_supersede_due(). */
#define DUE_USECS (60 * USECS_PER_SEC)

/* ---- writer_batch.c: the current batch */

/* Under the lock: move mail that was given up from the queue to `done`. */
void writer_sweep(struct writer *writer);

/* Under the lock: move mail from the queue to `batch`, which is NULL if there is none. */
void writer_take_batch(struct writer *writer);

/* Parse and store the batch, and return its mail. */
void writer_run_batch(struct writer *writer);

#endif
