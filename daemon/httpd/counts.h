/*
 * counts - a cache of the numbers of rows of lists
 *
 * Counting takes longer the larger a table is, and the Link header of each page of a list needs
 * the number.  A number is kept for COUNTS_SECS, but not after this process has written to the
 * database.
 */
#ifndef DAEMON_HTTPD_COUNTS_H
#define DAEMON_HTTPD_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#define COUNTS_SECS 10
#define COUNTS_MAX  1000 /* a cache that is full is emptied */

/* The number for a longer key is not kept, so that the cache has at most a megabyte. */
#define COUNTS_KEY_BYTES_MAX 1000

struct counts;

struct counts *counts_new(void);
void counts_free(struct counts *counts);

/* Any thread may call these.  `key` names the rows (search_key()). */
bool counts_find(struct counts *counts, const char *key, int64_t *ret_count);
void counts_keep(struct counts *counts, const char *key, int64_t count);
void counts_forget(struct counts *counts);

#endif
