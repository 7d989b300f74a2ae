/*
 * search_event - whether an event that has been read passes the filters of a search; see search.h
 */
#include "sql/report/search_private.h"

#include <string.h>

static int32_t column_of(const struct event_row *event, const char *column)
{
	static const struct {
		const char *column;
		size_t offset;
	} columns[] = {
		{ "x.project_id", offsetof(struct event_row, project_id) },
		{ "x.series_id", offsetof(struct event_row, series_id) },
		{ "x.patch_id", offsetof(struct event_row, patch_id) },
		{ "x.cover_id", offsetof(struct event_row, cover_id) },
		{ "x.actor_id", offsetof(struct event_row, actor_id) },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		if (g_str_equal(columns[i].column, column))
			return *(const int32_t *)(const void *)((const char *)event +
								columns[i].offset);
	g_assert_not_reached();
}

static bool is_among(const GArray *ids, int32_t id)
{
	for (guint i = 0; i < ids->len; i++)
		if (g_array_index(ids, int32_t, i) == id)
			return true;
	return false;
}

static bool is_met(const struct condition_param *param, const struct event_row *event)
{
	switch (param->kind) {
	case PARAM_INT:
		return column_of(event, param->filter->column) == (int32_t)param->number;
	case PARAM_INTS:
		return is_among(param->items, column_of(event, param->filter->column));
	case PARAM_BIGINT:
		return (event->usecs >= param->number) == (param->filter->kind == FILTER_SINCE);
	case PARAM_TEXTS:
		for (guint i = 0; i < param->items->len; i++)
			if (g_str_equal(g_array_index(param->items, char *, i), event->category))
				return true;
		return false;
	case PARAM_TEXT:
		break;
	}
	g_assert_not_reached();
}

bool search_has_event(const struct search *search, const struct event_row *event)
{
	if (search->is_empty)
		return false;
	if (search->request.version < REST_1_3 &&
	    g_str_has_suffix(event->category, "-comment-created"))
		return false;
	for (guint i = 0; i < search->params->len; i++)
		if (!is_met(&g_array_index(search->params, struct condition_param, i), event))
			return false;
	return true;
}
