/*
 * date - a Date header as an instant
 *
 * Reads RFC 5322, 3.3 with the obsolete forms of 4.3, RFC 850 dates, and what mail programs
 * write instead: names of months in full, day and month swapped, two-digit years (RFC 5322:
 * 00 to 68 are 20xx), dots between the numbers of the time, seconds missing.  Fields that are
 * out of range carry over (31 February is 3 March), as the reference has it.
 */
#ifndef PARSER_DATE_H
#define PARSER_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"

/*
 * The instant that `text` (decoded, folded) names, in seconds since 1970-01-01T00:00:00Z.
 *
 * No zone, `-0000` and unknown names of zones count as UTC.  Returns false for what is no
 * date, and for years outside 1 to 9999.
 */
bool date_parse(struct view text, int64_t *ret_seconds);

/* The month that `word` names, in full or by three letters: 1 to 12; 0 for what is no month. */
int date_month(struct view word);

/* `seconds` as "2026-03-27T12:22:37" (UTC), NUL-terminated. */
#define DATE_TEXT_BYTES 32
void date_format(int64_t seconds, char ret_text[DATE_TEXT_BYTES]);

#endif
