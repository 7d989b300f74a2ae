/*
 * mbox - reads messages from a mailbox file
 *
 * Each message begins with a `From ` line; separator.h says how such a line is distinguished from
 * text by its form and by the lines before and after it.  Lines that look like one and were taken
 * for text are counted.  The format is recognised message by message:
 *
 * mboxrd, mboxo    `>From `, `>>From ` and so on lose one `>`.  That is right for mboxrd, and for
 *                  mboxo if no line of the original message started with `>From `.
 * mboxcl, mboxcl2  A Content-Length that fits, that is, leads to a separator or to the end of the
 *                  file (with at most two line ends between), is trusted, and `From ` lines inside
 *                  are text.  It is ignored if it does not fit (it is stale, or the file is
 *                  truncated), exceeds MBOX_LENGTH_BYTES_MAX, or is in a mailbox of public-inbox,
 *                  which is mboxrd and contains headers as senders wrote them.
 *
 * Lines end in LF or CR LF, the last one perhaps in neither, and NUL is a byte like any other.  The
 * buffer holds one message and what the last read returned after it.
 */
#ifndef DAEMON_IMPORT_MBOX_H
#define DAEMON_IMPORT_MBOX_H

#include <stdint.h>

#include "daemon/input.h"
#include "parser/view.h"

/*
 * Of a message with more bytes only the first half of this limit is returned, with `is_cut`.  The
 * parser refuses messages of even a third of the limit, so such a message is held, with its
 * location in the file.  To hold all of it would take more memory than an import may use.
 */
#ifndef MBOX_MESSAGE_BYTES_MAX /* test_mbox has smaller ones */
#define MBOX_MESSAGE_BYTES_MAX ((size_t)192 << 20)

/* A larger Content-Length is ignored: to check whether it fits, that much has to be read. */
#define MBOX_LENGTH_BYTES_MAX ((size_t)64 << 20)
#endif

/* A Content-Length after more bytes of headers is ignored. */
#define MBOX_HEADER_BYTES_MAX ((size_t)64 << 10)

struct mbox;

struct mbox_message {
	struct view raw; /* valid until the next call; unquoted */
	uint64_t offset; /* of its `From ` line in the file, in bytes */
	uint64_t end;    /* offset of the byte after it */
	/*
	 * Lines in it that look like separators (is_doubtful in separator.h), and those that would
	 * be separators without the Content-Length.
	 */
	uint64_t taken_for_text;
	bool is_cut;  /* it had more than MBOX_MESSAGE_BYTES_MAX */
	bool is_led;  /* a `From ` line is before it */
	bool is_last; /* nothing follows it */
};

/* Read from `fd`, which the caller closes, or from `reader`.  NULL if memory is short. */
struct mbox *mbox_new(int fd);
struct mbox *mbox_new_from(struct input_reader reader);

/* Begin another file, which the same reader reads; memory is used again. */
void mbox_restart(struct mbox *mbox);
void mbox_free(struct mbox *mbox);
void mbox_free_ptr(struct mbox **mbox);

/*
 * Get the next message.  Returns 1, 0 at the end of the file, or -errno from reading; then further
 * calls return it again, and the message that was being read is lost.  Text before the first
 * `From ` line is a message too, unless it is empty.
 */
int mbox_next(struct mbox *mbox, struct mbox_message *ret_message);

#endif
