/*
 * lmtp_text - decodes the text of a mail sent by DATA or BDAT
 *
 * CR LF becomes LF, and dot stuffing is removed (RFC 5321, 4.5.2).  The result does not depend on
 * how the input is divided.
 */
#ifndef DAEMON_LMTPD_LMTP_TEXT_H
#define DAEMON_LMTPD_LMTP_TEXT_H

#include <stdbool.h>

#include "parser/view.h"

enum lmtp_text_state {
	LMTP_TEXT_LINE_START, /* the initial state */
	LMTP_TEXT_LINE,
	LMTP_TEXT_CR,     /* after a CR that is not yet returned: LF may follow */
	LMTP_TEXT_DOT,    /* after a dot at the start of a line */
	LMTP_TEXT_DOT_CR, /* after such a dot and a CR */
};

/*
 * Consume a piece of *input, which is not empty.  *ret_text points into it or to static memory, and
 * may be empty.  With `is_stuffed` dot stuffing is removed, and true is returned at the end of the
 * mail.  If the last chunk ends in state LMTP_TEXT_CR, the caller adds that CR.
 */
bool lmtp_text_take(enum lmtp_text_state *state, struct view *input, bool is_stuffed,
		    struct view *ret_text);

#endif
