/*
 * separator - the line that begins a message in a mailbox
 *
 * Each line that starts with `From ` may be one, and may be text of the message before it.  Three
 * signs are asked, of which one alone never is enough:
 *
 * its form      `From SENDER DATE`, where the date is as ctime(3), git, RFC 5322 or UUCP
 *               (`remote from`) write it; without a date `From `, `From -` and `From ADDRESS`,
 *               also where something else than a date follows that holds a time or a year.
 * what follows  a header, also after further `From ` or `>From ` lines, which other programs put
 *               there and which are not part of the message.
 * what precedes an empty line, or the front of the file.
 *
 * A line with a header after it is a separator where an empty line is before it and the form is
 * one of those above, and without an empty line where it ends in a date as ctime(3) or git write it.
 * So "From here on:" never is one, whatever is around it, and a line copied from a mailbox is not,
 * where text follows.  A dated line after an empty line is one, too, where the next separator or
 * the end of the file follows (an empty message), or a header that the end of the file cuts.  At
 * the front of a file a dated line is one whatever follows.
 *
 * public-inbox writes the same line before each message and quotes what looks like it: in its
 * mailboxes this line is a separator whatever is around it.
 *
 * No more than SEPARATOR_LINES_MAX lines of SEPARATOR_LINE_BYTES_MAX bytes are looked at after a line.
 */
#ifndef DAEMON_SEPARATOR_H
#define DAEMON_SEPARATOR_H

#include "parser/view.h"

/* A longer line is no `From ` line, and a header only if it shows that in its front. */
#define SEPARATOR_LINE_BYTES_MAX ((size_t)1 << 10)

/* `From ` lines and empty lines before the header; with more there is no message. */
#define SEPARATOR_LINES_MAX 16

/* From weak to strong. */
enum separator_form {
	SEPARATOR_NONE,    /* text */
	SEPARATOR_UNDATED, /* `From `, `From -`, `From ADDRESS` */
	SEPARATOR_DATED,
	SEPARATOR_CTIME,        /* with a date as ctime(3) or git write it */
	SEPARATOR_PUBLIC_INBOX, /* the one line that public-inbox writes */
};

enum separator_before {
	BEFORE_TEXT,
	BEFORE_EMPTY_LINE, /* or the end that a Content-Length tells */
	BEFORE_NOTHING,    /* the line is the first of the file */
};

/* What a line is read in. */
struct separator_context {
	struct view text;     /* what there is of the mailbox */
	bool at_eof;          /* nothing follows `text` */
	bool in_public_inbox; /* the message before began with that line */
};

struct separator {
	enum separator_form form;
	size_t bytes;     /* up to where the message begins, with further `From ` lines */
	bool is_doubtful; /* taken for text, though two of the signs are there (a date is one more) */
};

enum found { FOUND_NONE, FOUND_SEPARATOR, FOUND_MAYBE };

/*
 * Whether the line at `at` of the text is a separator.  FOUND_MAYBE: the text ends too early to
 * say; more of it is wanted.  *ret_separator is set otherwise.
 */
enum found separator_at(const struct separator_context *context, size_t at,
			enum separator_before before, struct separator *ret_separator);

#endif
