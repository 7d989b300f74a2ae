/*
 * date - a Date header as an instant
 *
 * The formats are RFC 5322, 3.3 with the obsolete forms of 4.3, RFC 850, and variants that mail
 * programs write: full names of months, day and month swapped, two-digit years (RFC 5322: 00 to 68
 * are 20xx), dots between the numbers of the time, no seconds.  Fields that are out of range carry
 * over (31 February is 3 March), as in the reference.
 */
#ifndef PARSER_DATE_H
#define PARSER_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"

/*
 * Read the date in `text` (decoded, folded) as seconds since 1970-01-01T00:00:00Z.
 *
 * A missing zone, `-0000` and unknown names of zones count as UTC.  Returns false if `text` is not
 * a date, and for years outside 1 to 9999.
 */
bool date_parse(struct view text, int64_t *ret_seconds);

/* The month, 1 to 12, with the name `word`, in full or three letters; 0 if it is not a month. */
int date_month(struct view word);

/* Write `seconds` as "2026-03-27T12:22:37" (UTC), NUL-terminated. */
#define DATE_TEXT_BYTES 32
void date_format(int64_t seconds, char ret_text[DATE_TEXT_BYTES]);

#endif
