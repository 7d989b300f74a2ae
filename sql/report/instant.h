/*
 * instant - a date and time as clients of the REST interface write it (ISO 8601)
 */
#ifndef SQL_INSTANT_H
#define SQL_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"

/*
 * Read YYYY-MM-DD, `T` or a blank, HH:MM[:SS[.ffffff]], and no offset, `Z`, +HH, +HHMM or +HH:MM,
 * as microseconds since 1970 of the UTC clock reading.  Parts may have one digit.
 *
 * Returns false for anything else, a date alone and a date that no calendar has included.
 */
bool instant_read(struct view text, int64_t *ret_usecs);

#endif
