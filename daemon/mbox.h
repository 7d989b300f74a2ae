/*
 * mbox - messages out of a mailbox file
 *
 * Reads mboxrd (and so mboxo where no body line starts with `>From `): messages follow one
 * another, each led by a `From ` line behind an empty line or at the front of the file, and
 * `>From `, `>>From ` ... in them lose one `>`.  A `From ` line has to end in a date as
 * asctime(3) or a mailing-list archive writes it, so that prose is not taken for one; that of
 * public-inbox needs no empty line before it.
 */
#ifndef DAEMON_MBOX_H
#define DAEMON_MBOX_H

#include <stdint.h>

#include "parser/view.h"

/*
 * Of a message with more bytes only the first half as many are given; `is_cut` says so.  The parser's own limit is
 * lower, so such a message is held, not stored.
 */
#define MBOX_MESSAGE_BYTES_MAX ((size_t)256 << 20)

struct mbox;

struct mbox_message {
	struct view raw;    /* valid until the next call; unquoted */
	uint64_t offset;    /* of its `From ` line in the file, in bytes */
	uint64_t end;	    /* of what follows it */
	bool is_cut;	    /* there was more than MBOX_MESSAGE_BYTES_MAX */
};

/* Read from `fd`, which stays the caller's. NULL when memory is short. */
struct mbox *mbox_new(int fd);
void mbox_free(struct mbox *mbox);
void mbox_free_ptr(struct mbox **mbox);

/*
 * The next message.  Returns 1, 0 at the end of the file, or -errno from reading.
 * What stands before the first `From ` line is a message, if there is anything.
 */
int mbox_next(struct mbox *mbox, struct mbox_message *ret_message);

#endif
