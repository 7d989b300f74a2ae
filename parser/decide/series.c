/* series - patches and cover letters into series, in canonical order; see series.h */
#include "parser/decide/series.h"

#include "parser/decide/component.h"
#include "parser/decide/order.h"
#include "parser/text.h"
#include "parser/viewkey.h"

/* The properties by which a series is found if no reference leads to it. */
struct marker {
	int32_t project_id;
	const struct person *person;
	int32_t version;
	int32_t total;
};

struct grouping {
	struct workset *workset;
	GHashTable *by_marker; /* struct marker to GPtrArray of struct series */
	bool makes_events;     /* false while a component is regrouped */
	guint next_rank;       /* of the series that is made next */
};

/* ---- series by marker */

static guint marker_hash(gconstpointer pointer)
{
	const struct marker *m = pointer;

	return g_direct_hash(m->person) ^ (guint)m->project_id ^ (guint)m->version << 8 ^
	       (guint)m->total << 16;
}

static gboolean marker_equal(gconstpointer a, gconstpointer b)
{
	const struct marker *x = a, *y = b;

	return x->project_id == y->project_id && x->person == y->person &&
	       x->version == y->version && x->total == y->total;
}

static void free_list(gpointer list)
{
	g_ptr_array_unref(list);
}

static GPtrArray *with_marker(struct grouping *g, struct marker marker)
{
	GPtrArray *list = g_hash_table_lookup(g->by_marker, &marker);

	if (list == NULL) {
		list = g_ptr_array_new();
		g_hash_table_insert(g->by_marker, g_memdup2(&marker, sizeof(marker)), list);
	}
	return list;
}

static GPtrArray *series_like(struct grouping *g, const struct series *s)
{
	return with_marker(g, (struct marker){ s->project_id, s->person, s->version, s->total });
}

/* ---- one item into its series */

static struct item *patch_numbered(const struct series *series, int32_t number)
{
	for (guint i = 0; i < series->patches->len; i++) {
		struct item *patch = series->patches->pdata[i];

		if (patch->number == number)
			return patch;
	}
	return NULL;
}

static struct series *series_of_id(struct grouping *g, const struct item *item, struct view msgid)
{
	struct series_ref *reference = workset_find_reference(g->workset, item->project_id, msgid);

	return reference != NULL ? reference->series : NULL;
}

/* A reference to a series of another version counts only if that series is about as old. */
static bool is_other_version(const struct series *series, const struct item *item)
{
	return series->version != item->version &&
	       ABS(series->date - item->date) > SERIES_WINDOW_SECS;
}

static struct series *find_by_reference(struct grouping *g, const struct item *item)
{
	struct series *series = series_of_id(g, item, item->msgid);

	if (series != NULL && !is_other_version(series, item))
		return series;
	for (size_t i = 0; i < item->ref_count; i++) {
		series = series_of_id(g, item, item->refs[i]);
		if (series != NULL && !is_other_version(series, item))
			return series;
	}
	return NULL;
}

/* Of two series with the same date, the one made first is better. */
static bool is_better(const struct series *a, const struct series *b)
{
	return a->date != b->date ? a->date > b->date : a->rank < b->rank;
}

static struct series *find_by_marker(struct grouping *g, const struct item *item)
{
	GPtrArray *list = with_marker(g, (struct marker){ item->project_id, item->person,
							  item->version, item->total });
	struct series *best = NULL;

	for (guint i = 0; i < list->len; i++) {
		struct series *series = list->pdata[i];

		if (ABS(series->date - item->date) <= SERIES_WINDOW_SECS &&
		    (best == NULL || is_better(series, best)) &&
		    patch_numbered(series, item->number) == NULL)
			best = series;
	}
	return best;
}

static void add_series_event(struct grouping *g, enum event_category category,
			     struct series *series, struct item *item)
{
	if (g->makes_events)
		workset_add_event(g->workset, (struct event){ .category = category,
							      .project_id = series->project_id,
							      .item = item,
							      .series = series });
}

static void record_reference(struct grouping *g, struct series *series, struct view msgid)
{
	struct series_ref *reference =
		workset_find_reference(g->workset, series->project_id, msgid);

	if (reference == NULL)
		reference = workset_add_reference(g->workset, series->project_id, msgid);
	if (reference->series == NULL)
		reference->series = series;
}

static struct series *make_series(struct grouping *g, struct item *item)
{
	struct series *series = workset_add_series(g->workset, 0, item->project_id);

	series->person = item->person;
	series->version = item->version;
	series->total = item_total(item);
	series->date = item->date;
	series->rank = g->next_rank++;
	g_ptr_array_add(series_like(g, series), series);
	record_reference(g, series, item->msgid);
	if (item->kind == ITEM_PATCH)
		for (size_t i = 0; i < item->ref_count; i++)
			record_reference(g, series, item->refs[i]);
	add_series_event(g, EVENT_SERIES_CREATED, series, NULL);
	return series;
}

/* Add the events for a patch that has joined: which patches are complete now, and the series. */
static void add_completed_events(struct grouping *g, struct series *series, struct item *patch)
{
	bool lower_are_there = true;

	for (int32_t n = 1; n < patch->number && lower_are_there; n++)
		lower_are_there = patch_numbered(series, n) != NULL;
	for (int32_t n = patch->number; lower_are_there; n++) {
		struct item *next = patch_numbered(series, n);

		if (next == NULL)
			break;
		add_series_event(g, EVENT_PATCH_COMPLETED, series, next);
	}
	if (series->patches->len >= (guint)MAX(series->total, 0))
		add_series_event(g, EVENT_SERIES_COMPLETED, series, NULL);
}

static void join(struct grouping *g, struct series *series, struct item *patch)
{
	patch->series = series;
	g_ptr_array_add(series->patches, patch);
	if (patch->number == 1 && series->name.len == 0 && series->named != NAMED_BY_HAND) {
		series->name = patch->name;
		series->named = NAMED_BY_PATCH;
	}
	if (g->makes_events)
		add_completed_events(g, series, patch);
}

static void group_patch(struct grouping *g, struct item *patch)
{
	struct series *series = NULL;

	patch->number = patch->has_marker ? patch->number : 1;
	if (patch->has_marker) {
		series = find_by_reference(g, patch);
		if (series == NULL)
			series = find_by_marker(g, patch);
	}
	if (series == NULL || (patch->number != 0 && patch_numbered(series, patch->number) != NULL))
		series = make_series(g, patch);
	patch->grouped_in = series;
	if (patch->number != 0)
		join(g, series, patch);
}

/*
 * Index of the `]` for the bracket at the beginning of `name`: the first one if brackets do not
 * match.
 */
static size_t bracket_end(struct view name)
{
	size_t depth = 0;

	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == '[')
			depth++;
		else if (name.ptr[i] == ']' && --depth == 0)
			return i;
	}
	return view_find(name, ']', 0);
}

/* A name without the prefixes in brackets at its beginning. */
static struct view without_prefixes(struct view name)
{
	size_t end;

	if (name.len == 0 || name.ptr[0] != '[')
		return name;
	end = bracket_end(name);
	return end < name.len ? text_trim_left(view_skip(name, end + 1)) : name;
}

static struct view cover_title(const struct item *cover)
{
	struct view name = cover->message != NULL         ? cover->message->submission->subject.name
			   : cover->full_name.ptr != NULL ? cover->full_name
							  : cover->name;

	return text_cut(without_prefixes(name), TEXT_COLUMN_CHARS);
}

static void group_cover(struct grouping *g, struct item *cover)
{
	struct series *series = series_of_id(g, cover, cover->msgid);

	if (series == NULL)
		series = make_series(g, cover);
	cover->grouped_in = series;
	if (series->cover != NULL)
		return;
	series->cover = cover;
	if (series->named == NAMED_NOT || series->named == NAMED_BY_PATCH ||
	    (series->name.len == 0 && series->named != NAMED_BY_HAND)) {
		series->name = cover_title(cover);
		series->named = NAMED_BY_COVER;
	}
}

static void group(struct grouping *g, struct item *item)
{
	if (item->kind == ITEM_PATCH)
		group_patch(g, item);
	else
		group_cover(g, item);
}

/*
 * Whether `name` is `title`, or the part of it that is left when a title is cut with its brackets.
 */
static bool is_name_of(struct view name, struct view title, const struct item *cover)
{
	if (view_eq(name, title))
		return true;
	return text_length(cover->name) == TEXT_COLUMN_CHARS && view_starts(name, title);
}

void series_infer_named(struct series *series)
{
	struct item *first = patch_numbered(series, 1);

	if (series->name.len == 0)
		series->named = NAMED_NOT;
	else if (series->cover != NULL &&
		 is_name_of(series->name, cover_title(series->cover), series->cover))
		series->named = NAMED_BY_COVER;
	else if (first != NULL && view_eq(series->name, first->name))
		series->named = NAMED_BY_PATCH;
	else
		series->named = NAMED_BY_HAND;
}

/* ---- regrouping a component */

/* The series that currently hold the stored items of the component, each once. */
static GPtrArray *stored_series_of(const GPtrArray *component)
{
	GHashTable *seen = g_hash_table_new(NULL, NULL);
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < component->len; i++) {
		struct item *item = component->pdata[i];
		struct series *both[2] = { item->stored_grouped_in, item->stored_series };

		for (int k = 0; k < 2; k++)
			if (both[k] != NULL && g_hash_table_add(seen, both[k]))
				g_ptr_array_add(list, both[k]);
	}
	g_hash_table_destroy(seen);
	return list;
}

/* Remove the old series from references, markers and items. */
static void forget_grouping(struct grouping *g, const GPtrArray *component, const GPtrArray *old)
{
	const GPtrArray *references = workset_references(g->workset);
	GHashTable *gone = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < old->len; i++) {
		struct series *series = old->pdata[i];

		(void)g_hash_table_add(gone, series);
		(void)g_ptr_array_remove(series_like(g, series), series);
		series->is_gone = true;
	}
	for (guint i = 0; i < references->len; i++) {
		struct series_ref *reference = references->pdata[i];

		if (reference->series != NULL && g_hash_table_contains(gone, reference->series))
			reference->series = NULL;
	}
	for (guint i = 0; i < component->len; i++) {
		struct item *item = component->pdata[i];

		item->series = NULL;
		item->grouped_in = NULL;
	}
	g_hash_table_destroy(gone);
}

/* Whether two series have the same patches and the same total, and so the same events. */
static bool same_members(const struct series *a, const struct series *b)
{
	if (a->patches->len != b->patches->len || a->total != b->total)
		return false;
	for (guint i = 0; i < a->patches->len; i++) {
		struct item *patch = a->patches->pdata[i];

		if (patch_numbered(b, patch->number) != patch)
			return false;
	}
	return true;
}

/* Let a series that was regrouped keep the row of an old one. */
static void take_row(struct series *fresh, struct series *old)
{
	fresh->id = old->id;
	fresh->replaces = old;
	fresh->stored_cover = old->stored_cover;
	fresh->stored_name = old->stored_name;
	fresh->members_changed = !same_members(fresh, old);
	old->is_gone = false;
	old->is_replaced = true;
	if (old->named == NAMED_BY_HAND) {
		fresh->name = old->name;
		fresh->named = NAMED_BY_HAND;
	}
}

/*
 * Give rows to the regrouped series: an old row is given to the series that holds its first
 * message.
 */
static void share_rows(const GPtrArray *component)
{
	for (guint i = 0; i < component->len; i++) {
		struct item *item = component->pdata[i];
		struct series *fresh = item->grouped_in, *before = item->stored_grouped_in;

		fresh->members_changed = fresh->members_changed || fresh->replaces == NULL;
		if (fresh->replaces == NULL && before != NULL && before->is_gone)
			take_row(fresh, before);
		if (before != NULL && before->heir == NULL)
			before->heir = fresh;
	}
}

/* Pass the name that a person gave to a series that is deleted to its heir. */
static void share_names(const GPtrArray *old)
{
	for (guint i = 0; i < old->len; i++) {
		const struct series *series = old->pdata[i];

		if (!series->is_gone || series->named != NAMED_BY_HAND || series->heir == NULL ||
		    series->heir->named == NAMED_BY_HAND)
			continue;
		series->heir->name = series->name;
		series->heir->named = NAMED_BY_HAND;
	}
}

static void regroup(struct grouping *g, GPtrArray *component)
{
	GPtrArray *old = stored_series_of(component);

	forget_grouping(g, component, old);
	g->makes_events = false;
	for (guint i = 0; i < component->len; i++)
		group(g, component->pdata[i]);
	g->makes_events = true;
	share_rows(component);
	share_names(old);
	g_ptr_array_unref(old);
}

/* Add the events of a series whose patches changed, as if they had joined one after another. */
static void emit_again(struct grouping *g, struct series *series)
{
	guint there = series->patches->len, total = (guint)MAX(series->total, 0);
	guint completions = there < total ? 0 : MIN(there, there - total + 1);

	add_series_event(g, EVENT_SERIES_CREATED, series, NULL);
	for (int32_t n = 1; patch_numbered(series, n) != NULL; n++)
		add_series_event(g, EVENT_PATCH_COMPLETED, series, patch_numbered(series, n));
	for (guint i = 0; i < completions; i++)
		add_series_event(g, EVENT_SERIES_COMPLETED, series, NULL);
}

static bool refers_to_any(const struct item *item, GHashTable *ids)
{
	for (size_t r = 0; r < item->ref_count; r++)
		if (g_hash_table_contains(ids, (gconstpointer)&item->refs[r]))
			return true;
	return false;
}

/*
 * Whether all new items of an ordered component come after all stored ones and leave the order of
 * these as it was.  In a cycle of references a new item may come last although stored items refer
 * to it, whose order is then another one.
 */
static bool new_items_come_last(const GPtrArray *component)
{
	GHashTable *new_ids = g_hash_table_new(viewkey_hash, viewkey_equal);
	bool last = true;

	for (guint i = component->len; i > 0 && last; i--) {
		struct item *item = component->pdata[i - 1];

		if (!item->is_new)
			last = !refers_to_any(item, new_ids);
		else if (i < component->len)
			last = ((struct item *)component->pdata[i])->is_new;
		if (item->is_new)
			(void)g_hash_table_add(new_ids, &item->msgid);
	}
	g_hash_table_destroy(new_ids);
	return last;
}

static bool has_foreign_item(const struct series *series, const struct item *root)
{
	if (series == NULL)
		return false;
	if (series->is_odd || (series->cover != NULL && series->cover->component_root != root))
		return true;
	for (guint i = 0; i < series->patches->len; i++)
		if (((struct item *)series->patches->pdata[i])->component_root != root)
			return true;
	return false;
}

/*
 * Whether a series of the component holds an item of another component.  A person, or Patchwork's
 * own parser a moment ago, has put it there, and regrouping would undo that.
 */
static bool holds_foreign_items(const GPtrArray *component)
{
	for (guint i = 0; i < component->len; i++) {
		const struct item *item = component->pdata[i];

		if (has_foreign_item(item->stored_series, item->component_root) ||
		    has_foreign_item(item->stored_grouped_in, item->component_root))
			return true;
	}
	return false;
}

/* Group new items after the others of their component. */
static void group_in_order(struct grouping *g, const GPtrArray *component)
{
	for (guint i = component->len; i > 0; i--) {
		const struct item *item = component->pdata[i - 1];

		if (item->grouped_in != NULL && item->grouped_in->date == item->date)
			item->grouped_in->rank = i - 1;
	}
	g->next_rank = component->len;
	for (guint i = 0; i < component->len; i++) {
		struct item *item = component->pdata[i];

		if (item->is_new)
			group(g, item);
	}
}

/*
 * Whether the component contains items of several stored components.  A cycle of references is cut
 * when nothing else of its component is left, and so later in a larger component.
 */
static bool joins_components(const GPtrArray *component)
{
	int64_t stored = 0;

	for (guint i = 0; i < component->len; i++) {
		const struct item *item = component->pdata[i];

		if (item->stored_component == 0)
			continue;
		if (stored != 0 && item->stored_component != stored)
			return true;
		stored = item->stored_component;
	}
	return false;
}

static void group_component(struct grouping *g, GPtrArray *component)
{
	bool in_order, positions_stay;

	order_items(component);
	order_positions(component);
	in_order = new_items_come_last(component);
	positions_stay = in_order && !joins_components(component);
	for (guint i = 0; i < component->len; i++) {
		struct item *item = component->pdata[i];

		item->has_position = item->is_new || !positions_stay;
	}
	if (in_order || holds_foreign_items(component))
		group_in_order(g, component);
	else
		regroup(g, component);
}

void series_group(struct workset *workset)
{
	struct grouping g = { .workset = workset, .makes_events = true };
	const GPtrArray *all = workset_series(workset);
	GPtrArray *components = component_find(workset);

	g.by_marker = g_hash_table_new_full(marker_hash, marker_equal, g_free, free_list);
	for (guint i = 0; i < all->len; i++)
		g_ptr_array_add(series_like(&g, all->pdata[i]), all->pdata[i]);
	for (guint i = 0; i < components->len; i++)
		group_component(&g, components->pdata[i]);
	for (guint i = 0; i < all->len; i++)
		if (((struct series *)all->pdata[i])->members_changed)
			emit_again(&g, all->pdata[i]);
	g_ptr_array_unref(components);
	g_hash_table_destroy(g.by_marker);
}
