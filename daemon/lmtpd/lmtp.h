/*
 * lmtp - the server side of LMTP as a pure state machine
 *
 * Bytes in, replies and events out: no I/O, no clock.  The result does not depend on how the input
 * is divided into reads.  RFC 2033 with PIPELINING (RFC 2920), SIZE (RFC 1870, without a number:
 * mail servers bounce larger mail themselves), 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531),
 * ENHANCEDSTATUSCODES (RFC 2034) and CHUNKING (RFC 3030).
 *
 * The text of a mail is returned with LF as line end, as Postfix's pipe(8) has it, and with dot
 * stuffing removed.  Only CR LF ends a line, and only CR LF . CR LF ends the mail: a server that
 * accepts a bare LF lets senders smuggle mail (tests/unit/test_lmtp.c).
 *
 * Any recipient is accepted: the mail server has decided that.  The text after the delimiter in
 * the local part (`patches+LISTID@host`) is a list id.
 */
#ifndef DAEMON_LMTPD_LMTP_H
#define DAEMON_LMTPD_LMTP_H

#include <stddef.h>

#include "parser/view.h"

/* Longer list ids in an address are refused with 501. */
#define LMTP_LIST_ID_BYTES_MAX 255

/* The longest reply to a mail, without line end. */
#define LMTP_REPLY_BYTES_MAX 510

struct lmtp_options {
	const char *host;      /* our name in replies */
	char delimiter;        /* before a list id in a recipient; NUL: none */
	size_t line_bytes_max; /* of a command, with its end; beyond: 500, the rest is skipped */
	size_t recipients_max; /* of a mail; beyond: 452 */
	size_t commands_max;   /* between two mails, without RCPT; beyond: 421 */
	size_t errors_max;     /* of a session; beyond: 421 */
};

extern const struct lmtp_options lmtp_defaults;

enum lmtp_event {
	LMTP_MORE, /* all input has been read */
	LMTP_TEXT, /* a piece of the mail's text */
	LMTP_MAIL, /* the mail is complete; no input is read before lmtp_answer() */
	LMTP_DROP, /* discard the pieces since the last mail */
	LMTP_END,  /* send the output and close */
};

enum lmtp_phase {
	LMTP_COMMANDS,  /* before MAIL */
	LMTP_ENVELOPE,  /* after MAIL */
	LMTP_RECEIVING, /* after DATA or the first BDAT */
	LMTP_ANSWERING, /* the mail is complete and not yet answered */
	LMTP_ENDED,
};

struct lmtp;

/* `options` must outlive it.  Makes no reply: see lmtp_greet(). */
struct lmtp *lmtp_new(const struct lmtp_options *options);
void lmtp_free(struct lmtp *lmtp);

/* Reply 220. */
void lmtp_greet(struct lmtp *lmtp);

/* Reply `reply` (a 421) and end.  A mail that was not answered is discarded. */
void lmtp_close(struct lmtp *lmtp, const char *reply);

/*
 * Consume *input until there is an event.  For LMTP_TEXT, *ret_text is the piece; it points into
 * the input or to static memory.  After LMTP_MAIL and LMTP_END input may remain; call again after
 * the answers.
 */
enum lmtp_event lmtp_feed(struct lmtp *lmtp, struct view *input, struct view *ret_text);

enum lmtp_phase lmtp_phase(const struct lmtp *lmtp);

/*
 * Between LMTP_MAIL and the answers: the distinct list ids, and the index into them for each
 * recipient.  An absent list id stands for the one in the headers.
 */
size_t lmtp_list_count(const struct lmtp *lmtp);
struct view lmtp_list(const struct lmtp *lmtp, size_t list);
size_t lmtp_recipient_count(const struct lmtp *lmtp);
size_t lmtp_recipient_list(const struct lmtp *lmtp, size_t recipient);

/* Answer for the next recipient, in order: "250 2.0.0 stored". */
void lmtp_answer(struct lmtp *lmtp, const char *reply);

/* The bytes to be sent; lmtp_sent() removes the first `count`. */
struct view lmtp_output(const struct lmtp *lmtp);
void lmtp_sent(struct lmtp *lmtp, size_t count);

#endif
