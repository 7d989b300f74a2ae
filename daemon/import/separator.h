/*
 * separator - the line that begins a message in a mailbox
 *
 * A line that starts with `From ` may be a separator, or text of the message before it.  Three
 * conditions are checked, and one alone is never enough:
 *
 * its form      `From SENDER DATE`, where the date is as ctime(3), git, RFC 5322 or UUCP
 *               (`remote from`) write it; without a date `From `, `From -` and `From ADDRESS`,
 *               also if something follows that is not a date but contains a time or a year.
 * what follows  a header, also after further `From ` or `>From ` lines, which other programs insert
 *               and which are not part of the message.
 * what precedes an empty line, or the beginning of the file.
 *
 * A line with a header after it is a separator if an empty line is before it and it has one of the
 * forms above; without an empty line, if it ends in a date as ctime(3) or git write it.  So "From
 * here on:" is never one, whatever lines are around it, and a line that was copied from a mailbox
 * is not one if text follows it.  A dated line after an empty line is also one if the next
 * separator or the end of the file follows (an empty message), or a header that is truncated by the
 * end of the file.  At the beginning of a file a dated line is one whatever follows.
 *
 * public-inbox writes the same line before each message and quotes lines that look like it.  In its
 * mailboxes this line is a separator whatever lines are around it.
 *
 * At most SEPARATOR_LINES_MAX lines of SEPARATOR_LINE_BYTES_MAX bytes are examined after a line.
 */
#ifndef DAEMON_IMPORT_SEPARATOR_H
#define DAEMON_IMPORT_SEPARATOR_H

#include "parser/view.h"

/* A longer line is not a `From ` line, and a header only if its first bytes show that. */
#define SEPARATOR_LINE_BYTES_MAX ((size_t)1 << 10)

/* The most `From ` lines and empty lines before the header; with more there is no message. */
#define SEPARATOR_LINES_MAX 16

/* The form of a line, from weak to strong. */
enum separator_form {
	SEPARATOR_NONE,    /* text */
	SEPARATOR_UNDATED, /* `From `, `From -`, `From ADDRESS` */
	SEPARATOR_DATED,
	SEPARATOR_CTIME,        /* with a date as ctime(3) or git write it */
	SEPARATOR_PUBLIC_INBOX, /* the one line that public-inbox writes */
};

enum separator_before {
	BEFORE_TEXT,
	BEFORE_EMPTY_LINE, /* or the end according to a Content-Length */
	BEFORE_NOTHING,    /* the line is the first of the file */
};

/* The text around a line. */
struct separator_context {
	struct view text;     /* the part of the mailbox that was read */
	bool at_eof;          /* nothing follows `text` */
	bool in_public_inbox; /* the message before began with public-inbox's line */
};

struct separator {
	enum separator_form form;
	size_t bytes;     /* up to the beginning of the message, including further `From ` lines */
	bool is_doubtful; /* taken for text, but two conditions are met (a date is one more) */
};

enum found { FOUND_NONE, FOUND_SEPARATOR, FOUND_MAYBE };

/*
 * Whether the line at `at` of the text is a separator.  FOUND_MAYBE: the text ends too early to
 * decide, and more of it is needed; otherwise *ret_separator is set.
 */
enum found separator_at(const struct separator_context *context, size_t at,
			enum separator_before before, struct separator *ret_separator);

#endif
