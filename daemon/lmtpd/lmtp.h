/*
 * lmtp - the server's side of LMTP as a pure state machine
 *
 * Bytes in, replies and events out: no I/O, no clock.  Where the input happens to be cut never
 * changes what comes out.  RFC 2033 with PIPELINING (RFC 2920), SIZE (RFC 1870, without a
 * number: a mail server bounces by itself what exceeds one), 8BITMIME (RFC 6152), SMTPUTF8
 * (RFC 6531), ENHANCEDSTATUSCODES (RFC 2034) and CHUNKING (RFC 3030).
 *
 * The text of a mail leaves with LF at its line ends, as Postfix's pipe(8) has it, and without
 * the dots that were put in.  Only CR LF ends a line of it, and only CR LF . CR LF the mail:
 * who takes a bare LF for a line end lets senders smuggle mail (tests/unit/test_lmtp.c).
 *
 * Any recipient is taken: whom mail is for is the mail server's business.  What stands behind
 * the delimiter in the local part (`patches+LISTID@host`) names the list id.
 */
#ifndef DAEMON_LMTP_H
#define DAEMON_LMTP_H

#include <stddef.h>

#include "parser/view.h"

/* Longer list ids in an address are refused with 501. */
#define LMTP_LIST_ID_BYTES_MAX 255

/* The longest reply to a mail, without line end. */
#define LMTP_REPLY_BYTES_MAX 510

struct lmtp_options {
	const char *host;      /* how we call ourselves */
	char delimiter;        /* before a list id in a recipient; NUL: there is none */
	size_t line_bytes_max; /* of a command, with its end: 500, the rest is passed over */
	size_t recipients_max; /* of a mail: 452 for those beyond */
	size_t commands_max;   /* between two mails, RCPT not counted: 421 */
	size_t errors_max;     /* of one session: 421 */
};

extern const struct lmtp_options lmtp_defaults;

enum lmtp_event {
	LMTP_MORE, /* all input is used up */
	LMTP_TEXT, /* a piece of the mail's text */
	LMTP_MAIL, /* the mail is whole: no input is taken before lmtp_answer() */
	LMTP_DROP, /* forget the pieces that came since the last mail */
	LMTP_END,  /* send the output and close */
};

enum lmtp_phase {
	LMTP_COMMANDS,  /* no mail has begun */
	LMTP_ENVELOPE,  /* after MAIL */
	LMTP_RECEIVING, /* its text has begun */
	LMTP_ANSWERING, /* it is whole and has no answer */
	LMTP_ENDED,
};

struct lmtp;

/* `options` has to outlive it.  No reply is made yet. */
struct lmtp *lmtp_new(const struct lmtp_options *options);
void lmtp_free(struct lmtp *lmtp);

/* Say 220. */
void lmtp_greet(struct lmtp *lmtp);

/* Say `reply` (a 421) and end; a mail that was not answered is void. */
void lmtp_close(struct lmtp *lmtp, const char *reply);

/*
 * Take bytes off the front of *input until there is an event.  For LMTP_TEXT *ret_text is the
 * piece; it points into the input or to static memory.  With LMTP_MAIL and LMTP_END input may
 * be left over; call again after the answers.
 */
enum lmtp_event lmtp_feed(struct lmtp *lmtp, struct view *input, struct view *ret_text);

enum lmtp_phase lmtp_phase(const struct lmtp *lmtp);

/* Between LMTP_MAIL and the answers: the distinct list ids, the absent one is "as the headers
 * have it"; and for each recipient which of them it is. */
size_t lmtp_list_count(const struct lmtp *lmtp);
struct view lmtp_list(const struct lmtp *lmtp, size_t list);
size_t lmtp_recipient_count(const struct lmtp *lmtp);
size_t lmtp_recipient_list(const struct lmtp *lmtp, size_t recipient);

/* The answer for the next recipient, in order, like "250 2.0.0 stored". */
void lmtp_answer(struct lmtp *lmtp, const char *reply);

/* What has to be sent; lmtp_sent() takes `count` bytes off its front. */
struct view lmtp_output(const struct lmtp *lmtp);
void lmtp_sent(struct lmtp *lmtp, size_t count);

#endif
