/*
 * store - the one way into the database: a batch of messages, one transaction
 *
 * Load, decide, write, commit.  A single delivery is a batch of
 * one.  Writers on any number of hosts come out as if one after another: an advisory lock for
 * each project is taken before anything is read.
 */
#ifndef SQL_STORE_H
#define SQL_STORE_H

#include "parser/submission.h"
#include "parser/decide/workset.h"
#include "sql/catalog.h"

/* Times that a batch is decided again after it lost a race, before it is given up as busy. */
#define STORE_TRIES_MAX 50

/* Times that a Patchwork's parser which is about to make a series is let go first. */
#define STORE_YIELDS_MAX 5

struct store_options {
	const char *conninfo;  /* libpq's; NULL or empty: environment alone */
	const char *time_zone; /* in which a Patchwork reads the clock; NULL is UTC */
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

extern const struct store_options store_defaults;

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

struct store;

/* Not connected yet: store_reopen() does that. */
struct store *store_new(const struct store_options *options);

/*
 * Connect and read the catalog.  Returns 0, what pg.h lists, or -ENOSYS when the database has
 * no tables that we know.  *ret_store is set also on failure, for store_error(), and
 * store_open() may be called again through store_reopen().
 */
int store_open(const struct store_options *options, struct store **ret_store);
int store_reopen(struct store *store);
void store_close(struct store *store);
void store_close_ptr(struct store **store);

/* Break the connection: what waits for it fails with -ENOTCONN.  The one function that another
 * thread may call. */
void store_break(struct store *store);

/* 0, or -EROFS when this server takes no writes (a standby, say), or what pg.h lists. */
int store_check_writable(struct store *store);

const char *store_error(const struct store *store);
struct catalog *store_catalog(const struct store *store);

/* Read the catalog again, for what the operator has changed. */
int store_refresh(struct store *store);

/*
 * Store a batch and commit.  0: each delivery's verdict is set, and all of it is durable, the
 * duplicates too, whoever stored them (is_relaxed: after store_sync()).
 * Otherwise nothing was stored, or it is not known whether it was: try again later; storing
 * a message twice does no harm.  -ECANCELED: may_commit() said no.
 */
int store_deliver(struct store *store, struct delivery *deliveries, size_t count);

/* How many series were made since opening. */
size_t store_series_made(const struct store *store);

/* How many waiting replies found their parents through what was stored since opening. */
size_t store_released(const struct store *store);

/*
 * After store_reopen(), with is_relaxed: whether what was stored before is there.  Returns 0,
 * -ENODATA when the server lost some of it in a crash, or what pg.h lists.
 */
int store_check_kept(struct store *store);

/* Wait until all that was stored is durable. */
int store_sync(struct store *store);

/* Delete waiting replies and held mail whose time is over. */
int store_expire(struct store *store);

#endif
