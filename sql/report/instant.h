/*
 * instant - parses the dates of clients of the REST interface (ISO 8601)
 */
#ifndef SQL_REPORT_INSTANT_H
#define SQL_REPORT_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"

/*
 * Read YYYY-MM-DD, `T` or a blank, HH:MM[:SS[.ffffff]], and no offset, `Z`, +HH, +HHMM or +HH:MM,
 * as microseconds since 1970 of the UTC clock reading.  Parts may have one digit, and a fraction
 * twelve, of which six count.
 *
 * Returns false for anything else, including a date without a time and a date that does not exist.
 */
bool instant_read(struct view text, int64_t *ret_usecs);

#endif
