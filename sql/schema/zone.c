/* zone - the time zone of a database; see zone.h */
#include "sql/schema/zone.h"

#include <errno.h>
#include <string.h>

#include "sql/pg/query.h"
#include "sql/schema/statements.h"

bool zone_agrees(const char *recorded, const char *wanted, GString *message)
{
	if (recorded == NULL || wanted == NULL || g_ascii_strcasecmp(recorded, wanted) == 0)
		return true;
	g_string_printf(message, "this database's dates are in the time zone %s, not in %s",
			recorded, wanted);
	return false;
}

/* Get one text, or NULL.  It is interned: a process has one or two of them. */
static int ask_text(struct pg *pg, struct pg_query *query, const char **ret_text)
{
	struct pg_result *result = NULL;
	int r = pg_run(pg, query, &result);

	if (r == 0) {
		struct view text = pg_rows(result) > 0 ? pg_text(result, 0, 0) : (struct view){ 0 };
		g_autofree char *copy = g_strndup(text.ptr, text.len);

		*ret_text = g_intern_string(copy);
	}
	pg_result_free(result);
	return r;
}

static int ask_recorded(struct pg *pg, const char **ret_recorded)
{
	struct pg_query query;

	pg_query_init(&query, sql_zone);
	return ask_text(pg, &query, ret_recorded);
}

int zone_read(struct pg *pg, const char **zone, GString *message)
{
	const char *recorded;
	int r = ask_recorded(pg, &recorded);

	if (r != 0)
		return r;
	if (!zone_agrees(recorded, *zone, message))
		return -EINVAL;
	if (recorded != NULL)
		*zone = recorded;
	else if (*zone == NULL)
		*zone = "UTC";
	return 0;
}

static int insert(struct pg *pg, const char *zone)
{
	struct pg_query query;

	pg_query_init(&query, sql_zone_record);
	pg_param_text(&query, view_str(zone));
	return pg_run(pg, &query, NULL);
}

static int record_wanted(struct pg *pg, const char *wanted, const char *recorded, GString *message)
{
	struct pg_query query;
	const char *spelt;
	int r;

	pg_query_init(&query, sql_zone_spelling);
	pg_param_text(&query, view_str(wanted));
	r = ask_text(pg, &query, &spelt);
	if (r != 0)
		return r;
	if (recorded == NULL)
		return insert(pg, spelt);
	return zone_agrees(recorded, spelt, message) ? 0 : -EINVAL;
}

int zone_record(struct pg *pg, const char *wanted, enum zone_tables tables, GString *message)
{
	const char *recorded;
	int r = ask_recorded(pg, &recorded);

	if (r != 0)
		return r;
	if (wanted != NULL)
		return record_wanted(pg, wanted, recorded, message);
	if (recorded != NULL || tables == ZONE_OLD)
		return 0;
	if (tables == ZONE_NEW)
		return insert(pg, "UTC");
	g_string_assign(message,
			"these are the tables of a Patchwork: name the TIME_ZONE of its settings by"
			" --time-zone (its default is Australia/Canberra)");
	return -EINVAL;
}
