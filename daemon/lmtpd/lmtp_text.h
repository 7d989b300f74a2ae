/*
 * lmtp_text - the text of a mail, out of what DATA or BDAT brings
 *
 * CR LF becomes LF, and a dot that was put in front of a line goes (RFC 5321, 4.5.2).  Pure, and the
 * same however the input is cut: where we are is in a `place`.
 */
#ifndef DAEMON_LMTP_TEXT_H
#define DAEMON_LMTP_TEXT_H

#include <stdbool.h>

#include "parser/view.h"

/* Where in a mail's text we are. */
enum lmtp_text_state {
	LMTP_PLACE_LINE_START, /* a mail begins here */
	LMTP_PLACE_LINE,
	LMTP_PLACE_CR,     /* a CR is held back: it may be half a line end */
	LMTP_PLACE_DOT,    /* a dot at the start of a line was taken */
	LMTP_PLACE_DOT_CR, /* and a CR behind it */
};

/*
 * Take a piece off the front of *input, which is not empty; *ret_text points into it or to static
 * memory, and may be empty.  With `is_stuffed` dots count, and true is returned when the mail has
 * ended.  A CR that is held back at the end of the last chunk is the caller's to add.
 */
bool lmtp_text_take(enum lmtp_text_state *place, struct view *input, bool is_stuffed,
		    struct view *ret_text);

#endif
