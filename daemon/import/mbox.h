/*
 * mbox - messages out of a mailbox file
 *
 * Messages follow one another, each led by a `From ` line; separator.h says how such a line is told
 * from text by its form, by what precedes and by what follows it.  Lines that look like one and were
 * taken for text are counted.  All else is told by the message:
 *
 * mboxrd, mboxo    `>From `, `>>From ` ... lose one `>`: right for mboxrd, and for mboxo where
 *                  no line started with `>From ` to begin with.
 * mboxcl, mboxcl2  a Content-Length that fits, that is leads to a separator or to the end of
 *                  the file (one or two line ends may stand between), is believed, and `From `
 *                  lines inside are text.  One that does not fit (stale, or the file is cut
 *                  off), exceeds MBOX_LENGTH_BYTES_MAX or stands in a mailbox of public-inbox,
 *                  which is mboxrd and has headers as anyone sent them, is passed over.
 *
 * Lines may end in LF or CR LF, the last one in neither, and NUL is a byte like any other.  The
 * buffer holds one message and what the last read gave beyond it.
 */
#ifndef DAEMON_MBOX_H
#define DAEMON_MBOX_H

#include <stdint.h>

#include "daemon/input.h"
#include "parser/view.h"

/*
 * Of a message with more bytes only the first half as many are given; `is_cut` says so.  The
 * parser takes none of even a third of that, so such a message is held, with its place in the
 * file; to keep all of it would take more memory than an import may.
 */
#ifndef MBOX_MESSAGE_BYTES_MAX /* test_mbox has smaller ones */
#define MBOX_MESSAGE_BYTES_MAX ((size_t)192 << 20)

/* A larger Content-Length is not looked at: to see whether it fits, all that has to be read. */
#define MBOX_LENGTH_BYTES_MAX ((size_t)64 << 20)
#endif

/* Headers that go on for longer have no Content-Length. */
#define MBOX_HEADER_BYTES_MAX ((size_t)64 << 10)

struct mbox;

struct mbox_message {
	struct view raw; /* valid until the next call; unquoted */
	uint64_t offset; /* of its `From ` line in the file, in bytes */
	uint64_t end;    /* of what follows it */
	/*
	 * Lines in it that look like separators (is_doubtful in separator.h), and those that would be
	 * ones but for a Content-Length.
	 */
	uint64_t taken_for_text;
	bool is_cut; /* there was more than MBOX_MESSAGE_BYTES_MAX */
};

/* Read `fd`, which stays the caller's, or what `reader` gives.  NULL when memory is short. */
struct mbox *mbox_new(int fd);
struct mbox *mbox_new_from(struct input_reader reader);
void mbox_free(struct mbox *mbox);
void mbox_free_ptr(struct mbox **mbox);

/*
 * The next message.  Returns 1, 0 at the end of the file, or -errno from reading (and then again,
 * whenever it is called; what there was of the message in hand is lost).  What stands before
 * the first `From ` line is a message, if there is anything.
 */
int mbox_next(struct mbox *mbox, struct mbox_message *ret_message);

#endif
