/*
 * store - stores mail in the database: a batch of messages is one transaction
 *
 * A batch is loaded, decided, written and committed; a single delivery is a batch of one.  Writers
 * are serializable, on any number of hosts: a batch takes an advisory lock for each project before
 * it reads.
 */
#ifndef SQL_STORE_H
#define SQL_STORE_H

#include "sql/archive.h"
#include "sql/catalog.h"
#include "sql/delivery.h"

/* How often a batch lets Patchwork's parser go first when both are about to make a series. */
#define STORE_YIELDS_MAX 5

extern const struct store_options store_defaults;

struct store;

/*
 * Set up the process for connections with these options; call it before there are threads, if
 * several of them make stores.
 */
void store_prepare(const struct store_options *options);

/* A store without a connection; store_reopen() connects it. */
struct store *store_new(const struct store_options *options);

/*
 * Connect and read the catalog.  Returns 0, a pg error, or -ENOSYS if schema_check() fails.
 * *ret_store is set also on failure, for store_error() and store_reopen().
 */
int store_open(const struct store_options *options, struct store **ret_store);
int store_reopen(struct store *store);
void store_close(struct store *store);
void store_close_ptr(struct store **store);

/*
 * Break the connection, so that a call that waits for the server returns -ENOTCONN.  This is the
 * only function that another thread may call.
 */
void store_break(struct store *store);

/* Returns 0, -EROFS if the server is read-only (a standby), or another pg error. */
int store_check_writable(struct store *store);

const char *store_error(const struct store *store);
struct catalog *store_catalog(const struct store *store);

/*
 * The connection, for statements of the caller between calls.  The caller does not reopen it, and
 * leaves no transaction open.
 */
struct pg *store_connection(const struct store *store);

/* Load the catalog again, with the operator's changes. */
int store_refresh(struct store *store);

/*
 * Create a project for a list id (projects_create_for()) and read the catalog again.  Returns 0
 * also if the list id cannot be the name of a project, or if another process has created it.
 */
int store_create_project(struct store *store, const char *list_id);

/*
 * Store a batch and commit.
 *
 * After 0 the verdict of each delivery is set, and all messages are durable, including duplicates
 * that other writers have stored; with is_relaxed only after store_sync().  After an error nothing
 * was stored, or the answer to COMMIT was lost.  The caller tries again later: delivery is
 * idempotent.  Returns 0, a pg error, or -ECANCELED if may_commit() returned false.
 */
int store_deliver(struct store *store, struct delivery *deliveries, size_t count);

/* The same, and store the notes in the transaction of the last delivery; `count` may be 0. */
int store_deliver_with(struct store *store, struct delivery *deliveries, size_t count,
		       struct archive_notes *notes);

/* How many series were made since store_new(). */
size_t store_series_made(const struct store *store);

/* How many waiting replies were stored since store_new(), because their parents arrived. */
size_t store_released(const struct store *store);

/*
 * With is_relaxed, after store_reopen(): check that the server has kept all commits.  Returns 0,
 * -ENODATA if a crash has lost some, or a pg error.
 */
int store_check_kept(struct store *store);

/* Wait until all commits are durable. */
int store_sync(struct store *store);

/*
 * Supersede older versions of series that lack patches, once they are an hour old; for a caller
 * that may store no mail meanwhile.  If another writer keeps a lock, the next call makes up for it.
 * Returns 0, a pg error or arena_error().
 */
int store_supersede_due(struct store *store);

/* Delete waiting replies and held mail that have expired. */
int store_expire(struct store *store);

#endif
