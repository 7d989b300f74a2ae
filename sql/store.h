/*
 * store - the one way into the database: a batch of messages, one transaction
 *
 * Load, decide, write, commit.  A single delivery is a batch of
 * one.  Writers on any number of hosts come out as if one after another: an advisory lock for
 * each project is taken before anything is read.
 */
#ifndef SQL_STORE_H
#define SQL_STORE_H

#include "sql/catalog.h"
#include "sql/delivery.h"

/* Times that a Patchwork's parser which is about to make a series is let go first. */
#define STORE_YIELDS_MAX 5

extern const struct store_options store_defaults;

struct store;

/* Not connected yet: store_reopen() does that. */
struct store *store_new(const struct store_options *options);

/*
 * Connect and read the catalog.  Returns 0, a pg error, or -ENOSYS when the database has
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

/* 0, or -EROFS when this server takes no writes (a standby, say), or a pg error. */
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
 * -ENODATA when the server lost some of it in a crash, or a pg error.
 */
int store_check_kept(struct store *store);

/* Wait until all that was stored is durable. */
int store_sync(struct store *store);

/* Delete waiting replies and held mail whose time is over. */
int store_expire(struct store *store);

#endif
