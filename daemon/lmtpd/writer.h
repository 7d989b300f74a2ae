/*
 * writer - a thread that parses and stores mail
 *
 * Mail that arrives during a commit forms the next batch: under load many mails share a commit, and
 * an idle writer starts at once.  The writer reconnects to the database with growing pauses, and
 * mail waits in its queue.  The caller decides how long mail may wait, and breaks a call into
 * libpq that hangs.
 *
 * All functions are called from one thread.
 */
#ifndef DAEMON_LMTPD_WRITER_H
#define DAEMON_LMTPD_WRITER_H

#include "daemon/lmtpd/writer_mail.h"
#include "sql/store.h"

struct writer_state {
	/* Start of the current condition (clock_monotonic_usecs()), or 0: */
	int64_t down_usecs;    /* no connection */
	int64_t busy_usecs;    /* waiting for the database */
	int64_t reading_usecs; /* parsing one mail */
	size_t queued;
	uint64_t reloads; /* calls of writer_reload() that are done */
	uint64_t batches;
	char error[WRITER_FIELD_BYTES]; /* why there is no connection */
};

struct writer;

/* Start the thread, which connects.  `options` must outlive it.  0 or -errno. */
int writer_start(const struct store_options *options, struct writer **ret_writer);

/*
 * Stop after the current batch, or break the connection if that takes longer than `grace_secs`.
 * Mail that is not stored is freed.  False if the thread did not end: then only _exit(2) is safe.
 */
bool writer_stop(struct writer *writer, int grace_secs);

/* Readable when writer_done() has mail. */
int writer_fd(const struct writer *writer);

/* Queue a mail; writer_done() returns it, perhaps in another order, or NULL if none is finished. */
void writer_add(struct writer *writer, struct writer_mail *mail);
struct writer_mail *writer_done(struct writer *writer);

/* The verdict of this mail is not needed any more; writer_done() returns it, stored or not. */
void writer_give_up(struct writer *writer, struct writer_mail *mail);

void writer_state(struct writer *writer, struct writer_state *ret_state);

/* Reload projects and settings. */
void writer_reload(struct writer *writer);

/* Break the connection: the current statement fails, and the batch is tried again. */
void writer_break(struct writer *writer);

#endif
