/*
 * delivery - a message on its way into the database, and how it is stored
 */
#ifndef SQL_DELIVERY_H
#define SQL_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/decide/workset.h"
#include "parser/submission.h"

struct store_options {
	const char *conninfo;  /* libpq's; NULL or empty: environment alone */
	const char *time_zone; /* NULL, or the one that must be kept (sql/schema/zone.h) */
	int connect_timeout_secs;
	int lock_timeout_secs;
	int idle_timeout_secs;     /* of an open transaction */
	int64_t waiting_secs;      /* how long a reply waits for its parent */
	int64_t unknown_secs;      /* how long mail for an unknown list is held */
	int64_t held_messages_max; /* of all held mail; then VERDICT_NO_ROOM */
	int64_t held_bytes_max;
	bool with_parser;         /* a Patchwork's own parser writes at the same time */
	bool is_relaxed;          /* commits may be lost in a crash until store_sync() */
	bool keeps_plans;         /* the process stays: statements are planned once */
	bool (*may_commit)(void); /* asked right before COMMIT; NULL is yes */
};

enum delivery_kind {
	DELIVER_MESSAGE, /* submission and project_id are set */
	HOLD_INVALID,    /* could not be understood */
	HOLD_NO_PROJECT, /* for a list that is no project's */
	HOLD_CUT,        /* only the front of it came, the rest is past all limits */
	HOLD_POISON,     /* reading it ends the program, or takes too long */
	HOLD_REFUSED,    /* the database takes it under no circumstances */
};

/* One message on its way in, and what became of it. */
struct delivery {
	enum delivery_kind kind;
	const struct submission *submission; /* read, or for HOLD_ at least opened; may be NULL */
	int32_t project_id;
	struct view raw;        /* the whole message */
	int64_t received_usecs; /* since 1970 */
	const char *reason;     /* HOLD_: why */
	const char *place;      /* HOLD_: file and offset, or NULL */

	/* Set on success: */
	enum verdict verdict;
	bool is_held;      /* among the held mail, from now on or before (VERDICT_DUPLICATE) */
	int32_t id;        /* of the patch, cover letter or comment; 0 if there is none */
	int32_t series_id; /* of a patch or cover letter; 0 if there is none */
};

#endif
