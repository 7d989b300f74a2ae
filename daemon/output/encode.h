/*
 * encode - encodes text for headers and bodies of mail
 *
 * All text is UTF-8.
 */
#ifndef DAEMON_OUTPUT_ENCODE_H
#define DAEMON_OUTPUT_ENCODE_H

#include <glib.h>
#include <stdbool.h>

#include "parser/view.h"

/*
 * Append a header's text: unchanged if it is printable ASCII, otherwise as encoded words (RFC
 * 2047), folded.
 */
void encode_text(GString *to, struct view text);

/* The same for the name before an address, which is quoted if it has specials. */
void encode_phrase(GString *to, struct view name);

/* Append such a name of ASCII characters: as it is, or quoted (RFC 5322, 3.2.4). */
void encode_quoted(GString *to, struct view name);

/*
 * Whether a line starts with any number of `>` and `From `, so that an mbox cannot contain it as it
 * is.
 */
bool encode_has_from_line(struct view body);

/*
 * Append a body in quoted-printable (RFC 2045, 6.7).  No line begins with `From ` or a dot, so no
 * mbox or mail program changes it.  CR is encoded, too.
 */
void encode_quoted_printable(GString *to, struct view body);

#endif
