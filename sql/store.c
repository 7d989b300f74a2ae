/* store - a connection to the database for storing mail; see store.h */
#include "sql/store.h"

#include <errno.h>
#include <string.h>

#include "sql/projects.h"
#include "sql/schema/migrations.h"
#include "sql/schema/schema.h"
#include "sql/schema/zone.h"
#include "sql/store_private.h"
#include "sql/batch/due.h"
#include "sql/batch/people_index.h"
#include "sql/batch/statements.h"

const struct store_options store_defaults = {
	.connect_timeout_secs = 10,
	.lock_timeout_secs = PG_LOCK_TIMEOUT_SECS,
	.idle_timeout_secs = PG_IDLE_TIMEOUT_SECS,
	.waiting_secs = INT64_C(30) * 86400,
	.unknown_secs = INT64_C(7) * 86400,
	.held_messages_max = 10000,
	.held_bytes_max = INT64_C(1) << 30,
};

void store_keep_error(struct store *store, int error)
{
	const char *words = pg_error(store->pg);

	g_string_assign(store->error, *words != '\0' ? words : strerror(-error));
}

int store_ask(struct store *store, const char *sql, struct pg_result **ret_result)
{
	struct pg_query query;

	pg_query_init(&query, sql);
	return pg_run(store->pg, &query, ret_result);
}

static int start(struct store *store)
{
	int r = store_refresh(store), checked;

	/* If the tables are of this version and all read, no more checks are needed. */
	if (r == 0 && !catalog_has_unread(store->catalog) &&
	    schema_knows(catalog_django(store->catalog)) &&
	    catalog_migration_count(store->catalog) == migrations_count &&
	    strcmp(catalog_schema(store->catalog), migrations_newest()) == 0)
		return 0;
	if (r == -ENOTCONN || r == -EINVAL)
		return r;
	pg_rollback(store->pg);
	checked = schema_check(store->pg, store->error);
	return checked != 0 ? checked : r != 0 ? store_refresh(store) : 0;
}

void store_prepare(const struct store_options *options)
{
	pg_name_service(options->conninfo);
}

struct store *store_new(const struct store_options *options)
{
	struct store *store = g_new0(struct store, 1);

	store->options = *options;
	store->error = g_string_new(NULL);
	store->people_index = options->is_relaxed ? people_index_new() : NULL;
	store->pg = pg_new(options->conninfo, options->connect_timeout_secs);
	pg_set_timeouts(store->pg, options->lock_timeout_secs, options->idle_timeout_secs);
	if (options->keeps_plans)
		pg_keep_plans(store->pg);
	return store;
}

int store_reopen(struct store *store)
{
	int r = pg_reopen(store->pg);

	people_index_reset(store->people_index);
	store->knows_compression = false;
	if (r != 0) {
		store_keep_error(store, r);
		return r;
	}
	return start(store);
}

int store_open(const struct store_options *options, struct store **ret_store)
{
	*ret_store = store_new(options);
	return store_reopen(*ret_store);
}

void store_break(struct store *store)
{
	pg_break(store->pg);
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	catalog_free(store->catalog);
	people_index_free(store->people_index);
	/* A pooler discards a connection that ends within a transaction. */
	if (pg_in_transaction(store->pg))
		pg_rollback(store->pg);
	pg_close(store->pg);
	g_free(store->mark_job);
	g_string_free(store->error, TRUE);
	g_free(store);
}

void store_close_ptr(struct store **store)
{
	store_close(*store);
}

const char *store_error(const struct store *store)
{
	return store->error->str;
}

struct catalog *store_catalog(const struct store *store)
{
	return store->catalog;
}

struct pg *store_connection(const struct store *store)
{
	return store->pg;
}

int store_refresh(struct store *store)
{
	struct catalog *fresh;
	int r = catalog_load(store->pg, &fresh);

	if (r != 0) {
		store_keep_error(store, r);
		return r;
	}
	if (!zone_agrees(catalog_time_zone(fresh), store->options.time_zone, store->error)) {
		catalog_free(fresh);
		return -EINVAL;
	}
	catalog_free(store->catalog);
	store->catalog = fresh;
	return 0;
}

int store_create_project(struct store *store, const char *list_id)
{
	int r = projects_create_for(store->pg, list_id);

	if (r == 0 || r == -EILSEQ || r == -EAGAIN)
		return store_refresh(store);
	store_keep_error(store, r);
	return r;
}

int store_check_writable(struct store *store)
{
	struct pg_result *result = NULL;
	int r = store_ask(store, sql_is_read_only, &result);

	if (r != 0) {
		store_keep_error(store, r);
	} else if (pg_bool(result, 0, 0)) {
		g_string_assign(store->error, "the server is read-only");
		r = -EROFS;
	}
	pg_result_free(result);
	return r;
}

size_t store_series_made(const struct store *store)
{
	return store->series_made;
}

size_t store_released(const struct store *store)
{
	return store->released;
}

/* Whether a project supersedes older versions. */
static bool is_superseding(const struct store *store)
{
	const GPtrArray *projects = catalog_projects(store->catalog);

	for (guint i = 0; i < projects->len; i++)
		if (((struct project *)projects->pdata[i])->revisions == REVISIONS_SUPERSEDE)
			return true;
	return false;
}

int store_supersede_due(struct store *store)
{
	int r = 0;

	if (is_superseding(store))
		r = due_apply(store->pg, catalog_time_zone(store->catalog));
	/* Another writer has the lock of a project: the next call will find the same series. */
	if (r == -EBUSY || r == -EAGAIN)
		return 0;
	if (r < 0)
		store_keep_error(store, r);
	return r;
}

int store_expire(struct store *store)
{
	const char *const statements[] = { sql_expire_waiting, sql_expire_held,
					   sql_expire_imports };

	for (size_t i = 0; i < G_N_ELEMENTS(statements); i++) {
		int r = pg_script(store->pg, statements[i]);

		if (r != 0) {
			store_keep_error(store, r);
			return r;
		}
	}
	return 0;
}
