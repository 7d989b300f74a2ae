/*
 * gaps - prints mail that came only from an archive
 */
#ifndef DAEMON_OUTPUT_GAPS_H
#define DAEMON_OUTPUT_GAPS_H

#include <glib.h>
#include <stdio.h>

/* Print a table of GArray of struct gap (sql/report/gaps.h), or a sentence if there is none. */
void gaps_print(const GArray *gaps, FILE *to, int width);

#endif
