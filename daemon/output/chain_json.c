/* chain_json - the versions of a series as JSON; see chain_json.h */
#include "daemon/output/chain_json.h"

/* An id, or null for 0. */
static void write_id(struct emit *emit, const char *name, int64_t id)
{
	emit_name(emit, name);
	if (id != 0)
		emit_int(emit, id);
	else
		emit_null(emit);
}

/* `KIND ID` */
static void write_prerequisite(struct emit *emit, struct view text, int64_t series_id)
{
	size_t blank = view_find(text, ' ', 0);

	emit_begin_object(emit);
	emit_named_text(emit, "kind", view_head(text, blank));
	emit_named_text(emit, "id", view_skip(text, blank < text.len ? blank + 1 : blank));
	write_id(emit, "series", series_id);
	emit_end_object(emit);
}

static void write_prerequisites(struct emit *emit, const struct chain_series *series)
{
	emit_name(emit, "prerequisites");
	emit_begin_list(emit);
	for (guint i = 0; i < series->prerequisites->len && i < series->required->len; i++)
		write_prerequisite(emit, g_array_index(series->prerequisites, struct view, i),
				   g_array_index(series->required, int64_t, i));
	emit_end_list(emit);
}

static void write_series(struct emit *emit, const struct chain_series *series)
{
	emit_begin_object(emit);
	emit_named_int(emit, "id", series->id);
	emit_named_text(emit, "msgid", series->msgid);
	emit_named_text(emit, "name", series->name);
	emit_named_text(emit, "date", series->date);
	emit_named_int(emit, "version", series->version);
	emit_named_int(emit, "part", series->minor);
	emit_named_int(emit, "received", series->received);
	emit_named_int(emit, "total", series->total);
	write_id(emit, "previous", series->previous_id);
	emit_named_text(emit, "previous_rule", series->rule);
	emit_named_text(emit, "change_id", series->change_id);
	emit_named_text(emit, "base_commit", series->base_commit);
	write_prerequisites(emit, series);
	emit_end_object(emit);
}

void chain_json_write(struct emit *emit, const GArray *chain)
{
	emit_begin_list(emit);
	for (guint i = 0; i < chain->len; i++)
		write_series(emit, &g_array_index(chain, struct chain_series, i));
	emit_end_list(emit);
}
