/*
 * retry - held mail once more on its way in
 */
#ifndef DAEMON_RETRY_H
#define DAEMON_RETRY_H

#include <glib.h>

#include "sql/store.h"

struct retry_counts {
	int stored; /* patches, cover letters, comments; also what was there, or is nothing */
	int held;   /* still not understood */
};

/*
 * Try the held messages with these ids (int64_t) again, one by one.  What is not held any
 * longer is dropped.  Returns 0, -ENOENT for an id that is not there (those before it are
 * done), or what store_deliver() returns; the words go to standard error as `what: ...`.
 * Mail that has ended the program is read again only with `is_trusted`.
 */
int retry_held(const struct store_options *options, const GArray *ids, bool is_trusted,
	       const char *what, struct retry_counts *ret_counts);

#endif
