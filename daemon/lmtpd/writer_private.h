/*
 * writer_private - the inside of the writer, shared by writer.c and the writer_*.c
 */
#ifndef DAEMON_WRITER_INSIDE_H
#define DAEMON_WRITER_INSIDE_H

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

/* One message of the batch in hand: a mail as one for one list. */
struct entry {
	struct writer_mail *mail;
	struct writer_result *result;
	struct arena *arena;
	struct ingest ingest;
	bool is_decided;
};

struct writer {
	pthread_t thread;
	pthread_mutex_t lock; /* of what stands up to the blank line */
	pthread_cond_t wake;
	struct mail_queue queue;
	struct mail_queue done;
	struct writer_state state;
	uint64_t reloads_wanted;
	bool is_stopping;

	/* The thread's own: */
	int event_fd;
	struct store *store;
	bool is_connected;
	int64_t pause_usecs;
	int64_t connected_usecs;
	int64_t refreshed_usecs;
	int64_t expired_usecs;
	char *warnings; /* of the catalog: said already */
	size_t batch_max;
	struct writer_mail *hand; /* the mails of the batch */
	struct entry entries[WRITER_BATCH_MESSAGES_MAX];
	struct delivery deliveries[WRITER_BATCH_MESSAGES_MAX];
	struct entry *delivered[WRITER_BATCH_MESSAGES_MAX]; /* whose delivery that is */
	size_t count;
};

/* ---- writer_mail.c: mails and queues of them, which own what is in them */

void mail_queue_add(struct mail_queue *queue, struct writer_mail *mail);
/* The first; NULL: there is none. */
struct writer_mail *mail_queue_take(struct mail_queue *queue);
void mail_queue_put_back(struct mail_queue *queue, struct writer_mail *mail);
void mail_queue_done(struct mail_queue *queue);

/* As a C string, cut to WRITER_WORD_BYTES. */
void writer_copy_word(char *to, struct view from);

/* ---- writer_state.c: what the thread and its caller see of each other */

void writer_tell_caller(const struct writer *writer);

/* The database is waited for from now on, or not any more. */
void writer_set_busy(struct writer *writer, bool is_busy);

/* One mail is being read from now on, or not any more. */
void writer_set_reading(struct writer *writer, bool is_reading);

/* Under the lock: sleep until woken, or until the clock says `until_usecs`. */
void writer_sleep_until(struct writer *writer, int64_t until_usecs);

/* ---- writer_connection.c: the connection, and what is read over it now and then */

/* Connect, or pause.  */
void writer_connect(struct writer *writer);

/* The database is not there. */
void writer_fall(struct writer *writer);

/* Longer each time, until a connection was good. */
void writer_pause(struct writer *writer);

/* Do what is due; 0 or a failure. */
int writer_look_after_catalog(struct writer *writer);
int writer_look_after_waiting(struct writer *writer);

/* How often what waits too long is deleted. */
#define EXPIRE_USECS (3600 * USECS_PER_SEC)

/* ---- writer_batch.c: the batch in hand */

/* Under the lock: what nobody waits for any more is not begun. */
void writer_sweep(struct writer *writer);

/* Under the lock: take mail from the queue into `hand`, which stays NULL if there is none. */
void writer_take_batch(struct writer *writer);

/* Store what is in hand, and give it back. */
void writer_run_batch(struct writer *writer);

#endif
