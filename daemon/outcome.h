/*
 * outcome - verdicts as replies to the mail server: exit statuses and LMTP replies
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

struct outcome_row {
	const char *name;       /* "stored" */
	int exit_status;        /* of deliver: 0 or EX_TEMPFAIL */
	const char *lmtp_reply; /* with RFC 3463 status */
};

extern const struct outcome_row outcome_rows[OUTCOME_COUNT];

enum outcome outcome_of(enum verdict verdict);

/* The RFC 3463 status for -errno: "4.4.1" if there is no database. */
const char *outcome_status(int error);

/* The name of a verdict: "patch", "cover", "comment", "duplicate", "waiting", ... */
const char *outcome_verdict_name(enum verdict verdict);

#endif
