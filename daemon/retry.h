/*
 * retry - delivers held mail again
 */
#ifndef DAEMON_RETRY_H
#define DAEMON_RETRY_H

#include <glib.h>

#include "sql/store.h"

struct retry_counts {
	int stored; /* or ignored, or a duplicate */
	int held;   /* still held */
};

/*
 * Deliver the held messages with these ids (int64_t) again, one by one, and delete those that need
 * not be held any more.  Returns 0, -ENOENT for an id that does not exist (those before it are
 * done), or an error of store_deliver(); the error message is printed on standard error after
 * `command: `.  Poison messages are parsed again only with `is_trusted`.
 */
int retry_held(const struct store_options *options, const GArray *ids, bool is_trusted,
	       const char *command, struct retry_counts *ret_counts);

#endif
