/*
 * gaps - prints mail that came only from an archive
 */
#ifndef DAEMON_OUTPUT_GAPS_H
#define DAEMON_OUTPUT_GAPS_H

#include <glib.h>
#include <stdio.h>

/* Print `gaps`, of struct gap (sql/report/gaps.h), as a table, or a sentence if there is none. */
void gaps_print(const GArray *gaps, FILE *to, int width);

#endif
