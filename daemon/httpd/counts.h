/*
 * counts - how many rows lists have, remembered for a while
 *
 * A count grows with the table, and a list's Link header needs one on every page.  So each is made
 * at most once in COUNTS_SECS, and anew after this process has written something.
 */
#ifndef DAEMON_HTTPD_COUNTS_H
#define DAEMON_HTTPD_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#define COUNTS_SECS 10
#define COUNTS_MAX  1000 /* when there are more, all are forgotten */

struct counts;

struct counts *counts_new(void);
void counts_free(struct counts *counts);

/* Any thread may call these.  `key` names the rows (search_key()). */
bool counts_find(struct counts *counts, const char *key, int64_t *ret_count);
void counts_keep(struct counts *counts, const char *key, int64_t count);
void counts_forget(struct counts *counts);

#endif
