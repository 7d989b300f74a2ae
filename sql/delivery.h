/*
 * delivery - a message to be stored, and its result
 */
#ifndef SQL_DELIVERY_H
#define SQL_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/decide/workset.h"
#include "parser/submission.h"

struct store_options {
	const char *conninfo;  /* of libpq; NULL or empty: only the environment */
	const char *time_zone; /* NULL, or the zone that must be recorded (sql/schema/zone.h) */
	int connect_timeout_secs;
	int lock_timeout_secs;
	int idle_timeout_secs;     /* of an open transaction */
	int64_t waiting_secs;      /* how long a reply waits for its parent */
	int64_t unknown_secs;      /* how long mail for an unknown list is held */
	int64_t held_messages_max; /* of all held mail; beyond it VERDICT_NO_ROOM */
	int64_t held_bytes_max;
	bool with_parser;         /* Patchwork's own parser writes at the same time */
	bool is_relaxed;          /* a crash may lose commits until store_sync() */
	bool keeps_plans;         /* prepare statements once (a long-running process) */
	bool (*may_commit)(void); /* called right before COMMIT; NULL: true */
};

enum delivery_kind {
	DELIVER_MESSAGE, /* submission and project_id are set */
	HOLD_INVALID,    /* it could not be parsed */
	HOLD_NO_PROJECT, /* its list has no project */
	HOLD_CUT,        /* it is larger than the limit, and `raw` is its beginning */
	HOLD_POISON,     /* parsing it crashes the program, or takes too long */
	HOLD_REFUSED,    /* the database refuses it permanently */
};

/* A message to be stored, and its result. */
struct delivery {
	enum delivery_kind kind;
	const struct submission *submission; /* read; for HOLD_ at least opened, or NULL */
	int32_t project_id;
	struct view raw;        /* the whole message */
	int64_t received_usecs; /* since 1970 */
	bool from_archive;      /* it comes from a git repository (archive.h) */
	const char *reason;     /* HOLD_: the reason */
	const char *location;   /* HOLD_: file and offset of an imported message, or NULL */

	/* Set on success: */
	enum verdict verdict;
	bool is_held;      /* it is in held mail, newly or since before (VERDICT_DUPLICATE) */
	int32_t id;        /* of the patch, cover letter or comment; 0: none */
	int32_t series_id; /* of a patch or cover letter; 0: none */
};

#endif
