/*
 * fold - folds and encodes header lines as in Patchwork's downloads
 *
 * Lines longer than FOLD_COLUMNS are folded at white space, preferably after `;`, otherwise after
 * `,`, otherwise at a blank or tab.  Existing folds are kept.  Lines with other characters than
 * ASCII become encoded words (RFC 2047), in base64 or quoted-printable, whichever is shorter.  The
 * algorithm is that of Python's email.header, because the output must be the same byte for byte.
 */
#ifndef DAEMON_OUTPUT_FOLD_H
#define DAEMON_OUTPUT_FOLD_H

#include <glib.h>

#include "parser/view.h"

#define FOLD_COLUMNS 78

/* Append `name: value` and a line end.  `value` is UTF-8; encoded words in it are not decoded. */
void fold_header(GString *out, struct view name, struct view value);

/* Append one encoded word of any length. */
void fold_word(GString *out, struct view text);

#endif
