/*
 * encode - text as mail carries it
 *
 * All text is UTF-8.
 */
#ifndef DAEMON_ENCODE_H
#define DAEMON_ENCODE_H

#include <glib.h>
#include <stdbool.h>

#include "parser/view.h"

/* A header's text: as it is if it is printable ASCII, else encoded words (RFC 2047), folded. */
void encode_text(GString *to, struct view text);

/* The same for the name before an address: quoted (RFC 5322, 3.2.4) where it has specials. */
void encode_phrase(GString *to, struct view name);

/* Whether a line is `From ` behind any number of `>`, which an mbox cannot hold as it is. */
bool encode_has_from_line(struct view body);

/*
 * A body in quoted-printable (RFC 2045, 6.7).  No line then begins with `From ` or a dot, so no
 * mbox or mail program changes any; CR is a character like others.
 */
void encode_quoted_printable(GString *to, struct view body);

#endif
