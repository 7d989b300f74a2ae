/*
 * jobs - imports several sources at the same time
 *
 * Each job is an import (import.h) with connections and a writer of its own.  Writers of the same
 * project wait for each other, so sources that begin with mail of the same list are imported by
 * the same job, in their order.  A source that can be read only once, such as a pipe or standard
 * input, is not looked into and has no list.
 */
#ifndef DAEMON_IMPORT_JOBS_H
#define DAEMON_IMPORT_JOBS_H

#include <signal.h>
#include <stdint.h>

#include "daemon/import/import.h"
#include "daemon/import/progress.h"

/* The most jobs that a user may ask for: each has one or two connections to the database. */
#define JOBS_MAX 64

/* One for each two processors: the other one is the server's. */
int64_t jobs_default(void);

/*
 * Distribute `paths` (see source.h; NULL-terminated) to options->jobs jobs, or fewer if there are
 * fewer lists, run all imports and wait for them.  Call it before there are other threads.  Returns
 * as import_run(): the first error by job, but another one rather than -ENODATA.
 */
int jobs_run(const struct import_options *options, char *const *paths,
	     const volatile sig_atomic_t *stopping, struct progress *progress);

#endif
