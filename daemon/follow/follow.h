/*
 * follow - fetches archives of public-inbox in rounds, and stores new mail
 *
 * Each source has a thread.  At most FOLLOW_FETCHES threads fetch at the same time, and one thread
 * stores mail.  The end of each round is recorded in the database (sql/followed.h).
 */
#ifndef DAEMON_FOLLOW_FOLLOW_H
#define DAEMON_FOLLOW_FOLLOW_H

#include "daemon/import/import.h"

#define FOLLOW_FETCHES 4

/* After each failure the pause is doubled, but not above this limit or the option, if larger. */
#define FOLLOW_PAUSE_SECS_MAX 3600

struct follow_source {
	const char *url; /* NULL: the source is only its folder */
	char *folder;    /* absolute */
};

struct follow_options {
	struct import_options import;
	const struct follow_source *sources;
	size_t source_count;
	int64_t every_secs; /* the pause between two rounds, which varies by a tenth */
	int64_t quiet_secs; /* timeout for a server that sends nothing */
	bool once;          /* one round of each source */
};

/*
 * Follow all sources: for one round with `once`, otherwise until *stopping is set.  The caller then
 * also makes options->import.stop_fd readable, which ends pauses and fetches.  Errors are logged
 * (log.h).  Returns the number of sources whose last round failed.
 */
size_t follow_run(const struct follow_options *options, const volatile sig_atomic_t *stopping);

/* The pause after `failures` failed rounds in a row; `random` is between 0 and 1. */
int64_t follow_pause_msecs(int64_t every_secs, int failures, double random);

#endif
