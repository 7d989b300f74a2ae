/*
 * writer - the one thread that parses and stores
 *
 * What arrives while it commits is its next batch: under load many mails share a commit, and an
 * idle one begins at once.  Its connection to the database comes back by itself, with growing
 * pauses; mail waits for it here.  How long mail may wait is the caller's business, who also
 * breaks a call into libpq that hangs.
 *
 * All functions are for one other thread, the caller's.
 */
#ifndef DAEMON_WRITER_H
#define DAEMON_WRITER_H

#include "daemon/lmtpd/writer_mail.h"
#include "sql/store.h"

struct writer_state {
	int64_t down_usecs; /* since when there is no database (clock_monotonic_usecs()); 0: it is there */
	int64_t busy_usecs;    /* since when it waits for the database; 0: it does not */
	int64_t reading_usecs; /* since when it reads one mail; 0: it does not */
	size_t queued;
	uint64_t reloads; /* how many of writer_reload() are done */
	uint64_t batches;
	char words[WRITER_WORD_BYTES]; /* what is wrong with the database */
};

struct writer;

/* Start the thread; it connects by itself.  `options` have to outlive it.  0 or -errno. */
int writer_start(const struct store_options *options, struct writer **ret_writer);

/*
 * Stop after the batch in hand, or break it when that takes longer than `grace_secs`.  What
 * was not stored goes without an answer.  False if the thread could not be ended: then it is
 * not safe to do more than _exit(2).
 */
bool writer_stop(struct writer *writer, int grace_secs);

/* Readable when mail has come back. */
int writer_fd(const struct writer *writer);

/* Hand a mail over; writer_done() gives it back, perhaps in another order.  NULL: none yet. */
void writer_add(struct writer *writer, struct writer_mail *mail);
struct writer_mail *writer_done(struct writer *writer);

/* Nobody waits for this mail any more: it comes back soon, stored or not. */
void writer_give_up(struct writer *writer, struct writer_mail *mail);

void writer_state(struct writer *writer, struct writer_state *ret_state);

/* Read again what the operator has set. */
void writer_reload(struct writer *writer);

/* Break the connection: whatever the writer waits for fails, and is tried again. */
void writer_break(struct writer *writer);

#endif
