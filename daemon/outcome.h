/*
 * outcome - what a verdict means for the mail server
 *
 * One table with the reply of each program: an exit status, or a reply of LMTP.
 */
#ifndef DAEMON_OUTCOME_H
#define DAEMON_OUTCOME_H

#include "parser/decide/workset.h"

enum outcome {
	OUTCOME_STORED,
	OUTCOME_DUPLICATE,
	OUTCOME_IGNORED,
	OUTCOME_HELD,
	OUTCOME_DEFERRED,
	OUTCOME_COUNT,
};

struct outcome_words {
	const char *name;       /* "stored" */
	int exit_status;        /* of deliver: 0 or EX_TEMPFAIL */
	const char *lmtp_reply; /* RFC 3463 status and text */
};

extern const struct outcome_words outcome_words[OUTCOME_COUNT];

enum outcome outcome_of(enum verdict verdict);

/*
 * The status of RFC 3463 for an error of the environment, -errno: "4.4.1" if there is no database.
 */
const char *outcome_status(int error);

/* The name of a verdict: "patch", "cover", "comment", "duplicate", "waiting", ... */
const char *outcome_verdict_name(enum verdict verdict);

#endif
