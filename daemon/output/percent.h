/*
 * percent - percent-encoding of URLs (RFC 3986, 2.1)
 */
#ifndef DAEMON_OUTPUT_PERCENT_H
#define DAEMON_OUTPUT_PERCENT_H

#include <glib.h>

#include "parser/view.h"

/* Append `text`; bytes other than ASCII letters, digits and those in `kept` become %XX. */
void percent_encode(GString *to, struct view text, const char *kept);

#endif
