/*
 * separator - the line that begins a message in a mailbox
 */
#ifndef DAEMON_SEPARATOR_H
#define DAEMON_SEPARATOR_H

#include "parser/view.h"

/* A longer line is no `From ` line. */
#define SEPARATOR_LINE_BYTES_MAX ((size_t)1 << 10)

/* What leads the message in hand: a mailbox of public-inbox is known to be mboxrd. */
enum separator { SEPARATOR_NONE, SEPARATOR_USUAL, SEPARATOR_PUBLIC_INBOX };

enum found { FOUND_NONE, FOUND_SEPARATOR, FOUND_MAYBE };

/*
 * Whether the line at `at` is a separator: *ret_next is behind it, *ret_separator tells its
 * kind.  FOUND_MAYBE: not all of the line is there.
 */
enum found separator_at(struct view text, bool at_eof, size_t at, size_t *ret_next,
			enum separator *ret_separator);

#endif
