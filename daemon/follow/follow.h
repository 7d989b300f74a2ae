/*
 * follow - fetches archives of public-inbox and stores what is new, again and again
 *
 * Each source has a thread.  At most FOLLOW_FETCHES of them fetch at the same time, and one stores
 * mail.  The end of each round is recorded in the database (sql/followed.h).
 */
#ifndef DAEMON_FOLLOW_FOLLOW_H
#define DAEMON_FOLLOW_FOLLOW_H

#include "daemon/import/import.h"

#define FOLLOW_FETCHES 4

/* After failures the pause doubles up to this, unless it is longer already. */
#define FOLLOW_PAUSE_SECS_MAX 3600

struct follow_source {
	const char *url; /* NULL: only its folder is known */
	char *folder;    /* absolute */
};

struct follow_options {
	struct import_options import;
	const struct follow_source *sources;
	size_t source_count;
	int64_t every_secs; /* the pause between two rounds, about */
	int64_t quiet_secs; /* a server that is silent for this long is given up */
	bool once;          /* one round of each source */
};

/*
 * Follow all sources until *stopping, and options->import.stop_fd is readable, or, with `once`,
 * for one round.  Errors are logged (log.h).  Returns how many sources failed in their last
 * rounds.
 */
size_t follow_run(const struct follow_options *options, const volatile sig_atomic_t *stopping);

/* The pause after a round, when that many failed in a row; `random` is between 0 and 1. */
int64_t follow_pause_msecs(int64_t every_secs, int failures, double random);

#endif
