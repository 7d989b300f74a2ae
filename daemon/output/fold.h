/*
 * fold - header lines as Patchwork's downloads have them
 *
 * Lines longer than FOLD_COLUMNS are folded at white space, best behind a `;`, else a `,`, else at a
 * blank or tab; folds that a value has stay.  What is not ASCII becomes encoded words (RFC 2047), in
 * base64 or quoted-printable, whichever is shorter.  The algorithm is that of Python's
 * email.header, since the bytes have to be the same.
 */
#ifndef DAEMON_FOLD_H
#define DAEMON_FOLD_H

#include <glib.h>

#include "parser/view.h"

#define FOLD_COLUMNS 78

/* Append `name: value` and a line end; `value` is UTF-8, raw (no encoded word is looked for). */
void fold_header(GString *out, struct view name, struct view value);

/* Append one encoded word, however long. */
void fold_word(GString *out, struct view text);

#endif
