/*
 * followed - what is stored about the sources of `patchmda follow`
 */
#ifndef SQL_FOLLOWED_H
#define SQL_FOLLOWED_H

#include <stdint.h>

#include "sql/delivery.h"

/* The end of a round.  Texts are UTF-8; NULL is unknown or none. */
struct followed_round {
	const char *source; /* the folder */
	const char *url;
	const char *host;
	const char *error; /* NULL: the round had none */
	const char *last_commit;
	int64_t committed; /* when it was made, in seconds since 1970 */
};

/*
 * Record a round, or forget a source (-ENOENT: there is none).  They connect to the database.
 * Return 0 or a pg error, and then *ret_error is set, which the caller frees with g_free().
 */
int followed_record(const struct store_options *options, const struct followed_round *round,
		    char **ret_error);
int followed_forget(const struct store_options *options, const char *source, char **ret_error);

#endif
