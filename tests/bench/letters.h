/*
 * letters - the mail that the daemon is measured with
 *
 * Some 10 kB each, most of it headers as lists have them. One third are patches of series of
 * one to four, two thirds are replies to patches, or to such replies; what a reply refers to
 * stands at least LETTERS_APART letters before it. The same count and seed give the same mail.
 */
#ifndef TESTS_BENCH_LETTERS_H
#define TESTS_BENCH_LETTERS_H

#include <glib.h>

#define LETTERS_LIST_ID "bench-devel.lists.bench.example.org"
#define LETTERS_APART   200

/* GString *: whole messages with LF. */
GPtrArray *letters_make(int count, guint32 seed);

#endif
