/* gaps - prints mail that came only from an archive; see gaps.h */
#include "daemon/output/gaps.h"

#include "daemon/output/table.h"
#include "sql/report/gaps.h"

static void add_date(struct table *table, int64_t seconds)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(seconds);
	g_autofree char *text = date != NULL ? g_date_time_format(date, "%Y-%m-%d %H:%MZ") : NULL;

	table_add(table, view_str(text != NULL ? text : "-"));
}

void gaps_print(const GArray *gaps, FILE *to, int width)
{
	static const struct table_column columns[] = { { "PROJECT", false, 1 },
						       { "DATE", false, 0 },
						       { "MESSAGE-ID", false, 0 } };
	struct table *table = table_new(columns, G_N_ELEMENTS(columns));

	for (guint i = 0; i < gaps->len; i++) {
		const struct gap *gap = &g_array_index(gaps, struct gap, i);

		table_add(table, gap->project);
		add_date(table, gap->date);
		table_add(table, gap->msgid);
	}
	if (gaps->len > 0)
		table_print(table, to, width);
	else
		fputs("All mail of the archives has also arrived by another way.\n", to);
	table_free(table);
}
