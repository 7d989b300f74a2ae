/*
 * envelope - a mail as in a list's archive: headers of every hop, encoded body, mboxrd
 *
 * The headers are those that mail to a Mailman list collects on its way from Google, from a
 * company's servers, or from a private machine.
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
	ENCODING_PLAIN, /* 7bit, or 8bit if necessary */
	ENCODING_QP,
	ENCODING_BASE64,
	ENCODING_LATIN1, /* quoted-printable of ISO 8859-1, if it can represent the text */
};

struct person {
	char *address; /* "Name <user@host>", UTF-8 */
	char *header;  /* the same, encoded for a header */
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
	int64_t arrival;  /* time of arrival at the list */
	char *msgid;      /* with its brackets */
	char *subject;    /* ASCII */
	char *references; /* nearest last, separated by blanks; NULL if there are none */
	GString *body;    /* UTF-8 */
	bool by_git;      /* git send-email sent it */
};

/* A date in the format of RFC 5322. */
char *envelope_date(int64_t date, int zone_min);

/* "=?utf-8?q?...?=" if necessary. */
char *envelope_phrase(const char *utf8);

/* Append the letter with its separator line. */
void envelope_write(GRand *dice, const struct letter *letter, GString *out);

#endif
