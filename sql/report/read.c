/* read - how commands that only read the database begin; see read.h */
#include "sql/report/read.h"

#include <errno.h>

#include "sql/schema/zone.h"

/*
 * Every lookup uses an index, however small a table was when it was analysed.  Compiling a
 * statement (jit) takes longer than running it.
 */
static const char begin_sql[] = "begin isolation level repeatable read read only;"
				" set local jit = off; set local enable_seqscan = off";

int read_open(const char *conninfo, int timeout_secs, struct pg **ret_pg)
{
	int r = pg_open(conninfo, timeout_secs, ret_pg);

	return r == 0 ? pg_script(*ret_pg, begin_sql) : r;
}

const char *read_message(const struct pg *pg)
{
	/* The last two are undefined_function and invalid_schema_name. */
	static const char *const missing[] = { PG_UNDEFINED_TABLE, "42883", "3F000" };

	for (size_t i = 0; i < G_N_ELEMENTS(missing); i++)
		if (g_str_equal(pg_sqlstate(pg), missing[i]))
			return "patchmda's tables are missing or outdated:"
			       " run 'patchmda init'";
	return pg_error(pg);
}

const char *read_time_zone(struct pg *pg, const char **time_zone)
{
	GString *message = g_string_new(NULL);
	int r = zone_read(pg, time_zone, message);
	const char *problem = NULL;

	if (r != 0)
		problem = r == -EINVAL ? g_intern_string(message->str) : read_message(pg);
	g_string_free(message, TRUE);
	return problem;
}
