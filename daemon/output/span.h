/*
 * span - parses and formats lengths of time and points in time
 */
#ifndef DAEMON_OUTPUT_SPAN_H
#define DAEMON_OUTPUT_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#define SPAN_TEXT_BYTES 24

/* Write `seconds` in the largest suitable unit: "45s", "12m", "30h", "14d", "8mo", "3y". */
void span_format(int64_t seconds, char ret_text[SPAN_TEXT_BYTES]);

/*
 * Read a day from 1970 on, such as "2026-03-02", as its first second (UTC).  A day after the end of
 * the month is in the next month: "2026-02-30" is 2 March.
 */
bool span_parse_day(const char *text, int64_t *ret_seconds);

/*
 * Read a number and a unit in singular, plural or abbreviated as by span_format(): "45s", "12
 * minutes", "3 days", "2w".  Months have 30 days, years 365.
 */
bool span_parse(const char *text, int64_t *ret_seconds);

/*
 * Read a point in time, in seconds since 1970, UTC: "2026-03-02", "2026-03-02 10:30",
 * "2026-03-02T10:30:00", or a span before `now_secs`.
 */
bool span_parse_since(const char *text, int64_t now_secs, int64_t *ret_seconds);

#endif
