/*
 * envelope - a mail as a list's archive has it: headers of every hop, body encoded, mboxrd
 *
 * The headers are those that mail to a Mailman list gathers on its way from Google, from a
 * company's servers, or from a machine of one's own.
 */
#ifndef TESTS_BENCH_ENVELOPE_H
#define TESTS_BENCH_ENVELOPE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define ENVELOPE_CC_MAX 12

enum route {
	ROUTE_GOOGLE,
	ROUTE_COMPANY,
	ROUTE_OWN,
};

enum encoding {
	ENCODING_PLAIN, /* 7bit, or 8bit when it has to be */
	ENCODING_QP,
	ENCODING_BASE64,
	ENCODING_LATIN1, /* quoted-printable of ISO 8859-1, where the text fits */
};

struct person {
	char *address; /* "Name <user@host>", UTF-8 */
	char *header;  /* the same as a header has it */
	char *email;
	char *host;
	enum route route;
	enum encoding encoding;
	int zone_min;
	bool signs; /* with PGP: multipart/signed */
};

struct letter {
	const struct person *from;
	const struct person *cc[ENVELOPE_CC_MAX];
	int cc_count;
	int64_t date;     /* seconds since 1970 */
	int64_t arrival;  /* at the list */
	char *msgid;      /* with its brackets */
	char *subject;    /* ASCII */
	char *references; /* nearest last, separated by blanks; NULL without */
	GString *body;    /* UTF-8 */
	bool by_git;      /* git send-email sent it */
};

/* A date as in RFC 5322. */
char *envelope_date(int64_t date, int zone_min);

/* "=?utf-8?q?...?=" where that is needed. */
char *envelope_phrase(const char *utf8);

/* Append the letter with its separator line. */
void envelope_write(GRand *dice, const struct letter *letter, GString *out);

#endif
