/*
 * letters - the mail by which the daemon is measured
 *
 * Each has about 10 kB, mostly headers as on mailing lists.  A third are patches in series of one
 * to four, two thirds are replies to patches or to such replies; the parent of a reply is at least
 * LETTERS_APART letters before it.  The same count and seed give the same mail.
 */
#ifndef TESTS_BENCH_LETTERS_H
#define TESTS_BENCH_LETTERS_H

#include <glib.h>

#define LETTERS_LIST_ID "bench-devel.lists.bench.example.org"
#define LETTERS_APART   200

/* GString *: whole messages with LF. */
GPtrArray *letters_make(int count, guint32 seed);

#endif
