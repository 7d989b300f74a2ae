/*
 * scalar - texts and whole numbers in requests, as Python reads and writes them
 *
 * Clients of Patchwork may send a number for a text, or a text for a number.
 */
#ifndef DAEMON_HTTPD_SCALAR_H
#define DAEMON_HTTPD_SCALAR_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

#include "parser/view.h"

/*
 * Set *ret_text to the text of a JSON string (which may hold NUL), integer or real number (1.0,
 * 1e+22: as short as it can be read back).  Returns false, and sets nothing, for anything else.
 */
bool scalar_text(const json_t *json, GString **ret_text);

/*
 * Read a whole number, with a sign and white space around it; one that is too large is INT64_MAX or
 * its opposite.
 */
bool scalar_number(struct view text, int64_t *ret_number);

#endif
