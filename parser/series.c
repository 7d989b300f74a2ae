/* series - patches and cover letters into series, in canonical order; see series.h */
#include "parser/series.h"

#include <stdlib.h>

#include "parser/text.h"

/* What a series is looked for by when no reference leads to it. */
struct marker {
	int32_t project_id;
	const struct person *person;
	int32_t version;
	int32_t total;
};

struct grouping {
	struct world *world;
	GHashTable *by_marker; /* struct marker to GPtrArray of struct series */
	bool makes_events;     /* while new items are put behind what is there */
	guint next_rank;       /* of the series that is made next */
};

/* ---- canonical order */

static gint compare_ids(struct view a, struct view b)
{
	int order = memcmp(a.ptr, b.ptr, MIN(a.len, b.len));

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static gint compare_items(gconstpointer a, gconstpointer b)
{
	const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;

	if (x->date != y->date)
		return x->date < y->date ? -1 : 1;
	if (!view_eq(x->msgid, y->msgid))
		return compare_ids(x->msgid, y->msgid);
	return (x->kind > y->kind) - (x->kind < y->kind);
}

static guint hash_of_id(gconstpointer pointer)
{
	return view_hash(*(const struct view *)pointer);
}

static gboolean view_equal(gconstpointer a, gconstpointer b)
{
	return view_eq(*(const struct view *)a, *(const struct view *)b);
}

/* One item of those that are put in order; its rank is its place by date and id alone. */
struct node {
	struct item *item;
	GArray *followers; /* guint: ranks of the items that refer to it */
	guint waits_for;
	bool done;
};

/* Link each node to those whose ids it mentions. */
static void link_nodes(struct node *nodes, guint count)
{
	GHashTable *ranks = g_hash_table_new(hash_of_id, view_equal);

	for (guint i = count; i > 0; i--)
		g_hash_table_insert(ranks, &nodes[i - 1].item->msgid,
				    GUINT_TO_POINTER(i));
	for (guint i = 0; i < count; i++) {
		const struct item *item = nodes[i].item;

		for (size_t r = 0; r < item->ref_count; r++) {
			guint rank = GPOINTER_TO_UINT(g_hash_table_lookup(
				ranks, (gconstpointer)&item->refs[r]));

			if (rank == 0 || view_eq(item->refs[r], item->msgid))
				continue;
			if (nodes[rank - 1].followers == NULL)
				nodes[rank - 1].followers =
					g_array_new(FALSE, FALSE, sizeof(guint));
			g_array_append_val(nodes[rank - 1].followers, i);
			nodes[i].waits_for++;
		}
	}
	g_hash_table_destroy(ranks);
}

/* A heap of ranks, the least on top. */
static void heap_push(GArray *heap, guint rank)
{
	guint at = heap->len;

	g_array_append_val(heap, rank);
	while (at > 0 && g_array_index(heap, guint, (at - 1) / 2) > rank) {
		g_array_index(heap, guint, at) =
			g_array_index(heap, guint, (at - 1) / 2);
		at = (at - 1) / 2;
	}
	g_array_index(heap, guint, at) = rank;
}

static guint heap_pop(GArray *heap)
{
	guint top = g_array_index(heap, guint, 0), at = 0;
	guint last = g_array_index(heap, guint, heap->len - 1);

	g_array_set_size(heap, heap->len - 1);
	for (guint child = 1; child < heap->len; child = 2 * at + 1) {
		if (child + 1 < heap->len && g_array_index(heap, guint, child + 1) <
						     g_array_index(heap, guint, child))
			child++;
		if (last <= g_array_index(heap, guint, child))
			break;
		g_array_index(heap, guint, at) = g_array_index(heap, guint, child);
		at = child;
	}
	if (heap->len > 0)
		g_array_index(heap, guint, at) = last;
	return top;
}

static void take_nodes(struct node *nodes, guint count, GPtrArray *items)
{
	GArray *ready = g_array_new(FALSE, FALSE, sizeof(guint));
	guint least = 0;

	for (guint i = 0; i < count; i++)
		if (nodes[i].waits_for == 0)
			heap_push(ready, i);
	for (guint taken = 0; taken < count;) {
		struct node *node;
		guint rank;

		while (least < count && nodes[least].done)
			least++;
		rank = ready->len > 0 ? heap_pop(ready) : least;
		node = &nodes[rank];
		if (node->done)
			continue;
		node->done = true;
		items->pdata[taken++] = node->item;
		for (guint i = 0; node->followers != NULL && i < node->followers->len;
		     i++) {
			struct node *follower =
				&nodes[g_array_index(node->followers, guint, i)];

			if (--follower->waits_for == 0 && !follower->done)
				heap_push(ready,
					  g_array_index(node->followers, guint, i));
		}
	}
	g_array_unref(ready);
}

void series_canonical_order(GPtrArray *items)
{
	struct node *nodes;

	g_ptr_array_sort(items, compare_items);
	nodes = g_new0(struct node, items->len);
	for (guint i = 0; i < items->len; i++)
		nodes[i].item = items->pdata[i];
	link_nodes(nodes, items->len);
	take_nodes(nodes, items->len, items);
	for (guint i = 0; i < items->len; i++)
		if (nodes[i].followers != NULL)
			g_array_unref(nodes[i].followers);
	g_free(nodes);
}

/* ---- series by marker */

static guint marker_hash(gconstpointer pointer)
{
	const struct marker *m = pointer;

	return g_direct_hash(m->person) ^ (guint)m->project_id ^
	       (guint)m->version << 8 ^ (guint)m->total << 16;
}

static gboolean marker_equal(gconstpointer a, gconstpointer b)
{
	const struct marker *x = a, *y = b;

	return x->project_id == y->project_id && x->person == y->person &&
	       x->version == y->version && x->total == y->total;
}

static GPtrArray *with_marker(struct grouping *g, struct marker marker)
{
	GPtrArray *list = g_hash_table_lookup(g->by_marker, &marker);

	if (list == NULL) {
		list = g_ptr_array_new();
		g_hash_table_insert(g->by_marker, g_memdup2(&marker, sizeof(marker)),
				    list);
	}
	return list;
}

static GPtrArray *series_like(struct grouping *g, const struct series *s)
{
	return with_marker(g, (struct marker){ s->project_id, s->person, s->version,
					       s->total });
}

/* ---- one item into its series (spec ingest 13) */

static struct item *patch_numbered(const struct series *series, int32_t number)
{
	for (guint i = 0; i < series->patches->len; i++) {
		struct item *patch = series->patches->pdata[i];

		if (patch->number == number)
			return patch;
	}
	return NULL;
}

static struct series *series_of_id(struct grouping *g, const struct item *item,
				   struct view msgid)
{
	struct reference *reference =
		world_find_reference(g->world, item->project_id, msgid);

	return reference != NULL ? reference->series : NULL;
}

/* D7: a reference to another version counts only if that is about as old. */
static bool is_other_version(const struct series *series, const struct item *item)
{
	return series->version != item->version &&
	       ABS(series->date - item->date) > SERIES_SPAN_SECS;
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

/* Of series with one date the first is taken. */
static bool is_better(const struct series *a, const struct series *b)
{
	return a->date != b->date ? a->date > b->date : a->rank < b->rank;
}

static struct series *find_by_marker(struct grouping *g, const struct item *item)
{
	GPtrArray *list =
		with_marker(g, (struct marker){ item->project_id, item->person,
						item->version, item->total });
	struct series *best = NULL;

	for (guint i = 0; i < list->len; i++) {
		struct series *series = list->pdata[i];

		if (ABS(series->date - item->date) <= SERIES_SPAN_SECS &&
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
		world_add_event(g->world,
				(struct event){ .category = category,
						.project_id = series->project_id,
						.item = item,
						.series = series });
}

static void record_reference(struct grouping *g, struct series *series,
			     struct view msgid)
{
	struct reference *reference =
		world_find_reference(g->world, series->project_id, msgid);

	if (reference == NULL)
		reference = world_add_reference(g->world, series->project_id, msgid);
	if (reference->series == NULL)
		reference->series = series;
}

/* The total of the series that an item finds or makes. */
static int32_t total_of(const struct item *item)
{
	return item->has_marker ? item->total : 1;
}

static struct series *make_series(struct grouping *g, struct item *item)
{
	struct series *series = world_add_series(g->world, 0, item->project_id);

	series->person = item->person;
	series->version = item->version;
	series->total = total_of(item);
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

/* The events of a patch that has joined: how far the series is complete now. */
static void tell_completed(struct grouping *g, struct series *series,
			   struct item *patch)
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
	if (patch->number == 1 && series->name.len == 0 &&
	    series->named != NAMED_BY_HAND) {
		series->name = patch->name;
		series->named = NAMED_BY_PATCH;
	}
	if (g->makes_events)
		tell_completed(g, series, patch);
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
	if (series == NULL ||
	    (patch->number != 0 && patch_numbered(series, patch->number) != NULL))
		series = make_series(g, patch);
	patch->home = series;
	if (patch->number != 0)
		join(g, series, patch);
}

/* A name without the bracket of prefixes that it starts with. */
static struct view title_of(struct view name)
{
	size_t end = view_find(name, ']', 0);

	if (name.len == 0 || name.ptr[0] != '[' || end == name.len)
		return name;
	return text_trim_left(view_skip(name, end + 1));
}

static struct view cover_title(const struct item *cover)
{
	struct view name = cover->message != NULL
				   ? cover->message->submission->subject.name
			   : cover->full_name.ptr != NULL ? cover->full_name
							  : cover->name;

	return text_cut(title_of(name), TEXT_COLUMN_CHARS);
}

static void group_cover(struct grouping *g, struct item *cover)
{
	struct series *series = series_of_id(g, cover, cover->msgid);

	if (series == NULL)
		series = make_series(g, cover);
	cover->home = series;
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

/* Whether `name` is `title`, or what a title cut with its brackets shows of it. */
static bool is_name_of(struct view name, struct view title, const struct item *cover)
{
	if (view_eq(name, title))
		return true;
	return text_length(cover->name) == TEXT_COLUMN_CHARS &&
	       view_starts(name, title);
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

/* ---- a circle afresh (spec ingest 17 c) */

/* The series that hold the circle's stored members now, each once. */
static GPtrArray *stored_series_of(const GPtrArray *circle)
{
	GHashTable *seen = g_hash_table_new(NULL, NULL);
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < circle->len; i++) {
		struct item *item = circle->pdata[i];
		struct series *both[2] = { item->stored_home, item->stored_series };

		for (int k = 0; k < 2; k++)
			if (both[k] != NULL && g_hash_table_add(seen, both[k]))
				g_ptr_array_add(list, both[k]);
	}
	g_hash_table_destroy(seen);
	return list;
}

/* Take the old series out of play: references, markers, members. */
static void forget_grouping(struct grouping *g, const GPtrArray *circle,
			    const GPtrArray *old)
{
	const GPtrArray *references = world_references(g->world);
	GHashTable *gone = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < old->len; i++) {
		struct series *series = old->pdata[i];

		(void)g_hash_table_add(gone, series);
		(void)g_ptr_array_remove(series_like(g, series), series);
		series->is_gone = true;
	}
	for (guint i = 0; i < references->len; i++) {
		struct reference *reference = references->pdata[i];

		if (reference->series != NULL &&
		    g_hash_table_contains(gone, reference->series))
			reference->series = NULL;
	}
	for (guint i = 0; i < circle->len; i++) {
		struct item *item = circle->pdata[i];

		item->series = NULL;
		item->home = NULL;
	}
	g_hash_table_destroy(gone);
}

/* Whether two series have the same patches and want as many, and so the same events. */
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

/* Let a series that was worked out afresh go on in the row of an old one. */
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

/* Give rows to the circle's fresh series: an old one goes to where its first message went. */
static void share_rows(const GPtrArray *circle)
{
	for (guint i = 0; i < circle->len; i++) {
		struct item *item = circle->pdata[i];
		struct series *fresh = item->home, *before = item->stored_home;

		fresh->members_changed =
			fresh->members_changed || fresh->replaces == NULL;
		if (fresh->replaces == NULL && before != NULL && before->is_gone)
			take_row(fresh, before);
		if (before != NULL && before->heir == NULL)
			before->heir = fresh;
	}
}

static void work_out_afresh(struct grouping *g, GPtrArray *circle)
{
	GPtrArray *old = stored_series_of(circle);

	forget_grouping(g, circle, old);
	g->makes_events = false;
	for (guint i = 0; i < circle->len; i++)
		group(g, circle->pdata[i]);
	g->makes_events = true;
	share_rows(circle);
	g_ptr_array_unref(old);
}

/* The events of a series whose members are not what they were: those that their sum gives. */
static void tell_again(struct grouping *g, struct series *series)
{
	guint there = series->patches->len, total = (guint)MAX(series->total, 0);
	guint completions = there < total ? 0 : MIN(there, there - total + 1);

	add_series_event(g, EVENT_SERIES_CREATED, series, NULL);
	for (int32_t n = 1; patch_numbered(series, n) != NULL; n++)
		add_series_event(g, EVENT_PATCH_COMPLETED, series,
				 patch_numbered(series, n));
	for (guint i = 0; i < completions; i++)
		add_series_event(g, EVENT_SERIES_COMPLETED, series, NULL);
}

/* ---- circles */

static struct item *leader_of(struct item *item)
{
	while (item->circle_leader != item) {
		item->circle_leader = item->circle_leader->circle_leader;
		item = item->circle_leader;
	}
	return item;
}

static void unite(struct item *a, struct item *b)
{
	a = leader_of(a);
	b = leader_of(b);
	if (a != b)
		b->circle_leader = a;
}

struct id_key {
	int32_t project_id;
	struct view msgid;
};

static guint id_key_hash(gconstpointer pointer)
{
	const struct id_key *key = pointer;

	return view_hash(key->msgid) ^ (guint)key->project_id;
}

static gboolean id_key_equal(gconstpointer a, gconstpointer b)
{
	const struct id_key *x = a, *y = b;

	return x->project_id == y->project_id && view_eq(x->msgid, y->msgid);
}

static void unite_by_id(GHashTable *by_id, struct item *item, struct view msgid)
{
	struct id_key key = { item->project_id, msgid };
	struct item *other = g_hash_table_lookup(by_id, &key);

	if (other != NULL)
		unite(other, item);
	else
		g_hash_table_insert(by_id, g_memdup2(&key, sizeof(key)), item);
}

static gint compare_markers(gconstpointer a, gconstpointer b)
{
	const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;

	if (x->project_id != y->project_id)
		return x->project_id < y->project_id ? -1 : 1;
	if (x->person != y->person)
		return (uintptr_t)x->person < (uintptr_t)y->person ? -1 : 1;
	if (x->version != y->version)
		return x->version < y->version ? -1 : 1;
	if (total_of(x) != total_of(y))
		return total_of(x) < total_of(y) ? -1 : 1;
	return (x->date > y->date) - (x->date < y->date);
}

static bool could_share_series(const struct item *a, const struct item *b)
{
	return a->project_id == b->project_id && a->person == b->person &&
	       a->version == b->version && total_of(a) == total_of(b) &&
	       ABS(b->date - a->date) <= SERIES_SPAN_SECS;
}

/*
 * Unite marked items with those that a series of theirs could be found by.  A patch without a
 * marker makes a series that others may find, of a total of 1, but looks for none: two of
 * them are no neighbours, and only the next marked item to either side has to be asked.
 */
static void unite_by_marker(const GPtrArray *members)
{
	GPtrArray *sorted = g_ptr_array_sized_new(members->len);
	struct item *marked = NULL;

	for (guint i = 0; i < members->len; i++)
		g_ptr_array_add(sorted, members->pdata[i]);
	g_ptr_array_sort(sorted, compare_markers);
	for (guint i = 0; i < sorted->len; i++) {
		struct item *item = sorted->pdata[i];

		if (marked != NULL && could_share_series(marked, item))
			unite(marked, item);
		if (!item->has_marker)
			continue;
		marked = item;
		for (guint k = i; k > 0; k--) {
			struct item *before = sorted->pdata[k - 1];

			if (before->has_marker || !could_share_series(before, item))
				break;
			unite(before, item);
		}
	}
	g_ptr_array_unref(sorted);
}

/* Find the circles: by what is stored, by series, by ids, by marker. */
static void find_circles(const GPtrArray *members)
{
	GHashTable *by_id =
		g_hash_table_new_full(id_key_hash, id_key_equal, g_free, NULL);
	GHashTable *by_circle = g_hash_table_new(g_int64_hash, g_int64_equal);
	GHashTable *by_series = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < members->len; i++) {
		struct item *item = members->pdata[i];

		item->circle_leader = item;
	}
	for (guint i = 0; i < members->len; i++) {
		struct item *item = members->pdata[i], *other;

		if (item->stored_circle != 0) {
			other = g_hash_table_lookup(by_circle, &item->stored_circle);
			if (other != NULL)
				unite(other, item);
			else
				g_hash_table_insert(by_circle, &item->stored_circle,
						    item);
		}
		if (item->stored_home != NULL) {
			other = g_hash_table_lookup(by_series, item->stored_home);
			if (other != NULL)
				unite(other, item);
			else
				g_hash_table_insert(by_series, item->stored_home, item);
		}
		unite_by_id(by_id, item, item->msgid);
		for (size_t r = 0; r < item->ref_count; r++)
			unite_by_id(by_id, item, item->refs[r]);
	}
	unite_by_marker(members);
	g_hash_table_destroy(by_circle);
	g_hash_table_destroy(by_series);
	g_hash_table_destroy(by_id);
}

static void free_list(gpointer list)
{
	g_ptr_array_unref(list);
}

/* The members of each circle that has a new one; leader to GPtrArray of struct item. */
static GHashTable *circles_with_news(const GPtrArray *members)
{
	GHashTable *circles = g_hash_table_new_full(NULL, NULL, NULL, free_list);

	for (guint i = 0; i < members->len; i++) {
		struct item *item = members->pdata[i];

		if (item->is_new && !g_hash_table_contains(circles, leader_of(item)))
			g_hash_table_insert(circles, leader_of(item),
					    g_ptr_array_new());
	}
	for (guint i = 0; i < members->len; i++) {
		struct item *item = members->pdata[i];
		GPtrArray *circle = g_hash_table_lookup(circles, leader_of(item));

		item->circle_leader = leader_of(item);
		if (circle != NULL)
			g_ptr_array_add(circle, item);
	}
	return circles;
}

/* A circle keeps the name that most of its members have; all new ones leave it 0. */
static void name_circle(const GPtrArray *circle)
{
	GHashTable *counts = g_hash_table_new(g_int64_hash, g_int64_equal);
	guint most = 0;
	int64_t name = 0;

	for (guint i = 0; i < circle->len; i++) {
		struct item *item = circle->pdata[i];
		guint count;

		if (item->stored_circle == 0)
			continue;
		count = GPOINTER_TO_UINT(
				g_hash_table_lookup(counts, &item->stored_circle)) +
			1;
		g_hash_table_insert(counts, &item->stored_circle,
				    GUINT_TO_POINTER(count));
		if (count > most) {
			most = count;
			name = item->stored_circle;
		}
	}
	for (guint i = 0; i < circle->len; i++)
		((struct item *)circle->pdata[i])->circle = name;
	g_hash_table_destroy(counts);
}

static bool mentions_any(const struct item *item, GHashTable *ids)
{
	for (size_t r = 0; r < item->ref_count; r++)
		if (g_hash_table_contains(ids, (gconstpointer)&item->refs[r]))
			return true;
	return false;
}

/*
 * Whether all new members of an ordered circle come behind all stored ones, and leave those in
 * the order that they had: in a cycle one that is mentioned may come last, and yet have made
 * others wait.
 */
static bool news_come_last(const GPtrArray *circle)
{
	GHashTable *news = g_hash_table_new(hash_of_id, view_equal);
	bool last = true;

	for (guint i = circle->len; i > 0 && last; i--) {
		struct item *item = circle->pdata[i - 1];

		if (!item->is_new)
			last = !mentions_any(item, news);
		else if (i < circle->len)
			last = ((struct item *)circle->pdata[i])->is_new;
		if (item->is_new)
			(void)g_hash_table_add(news, &item->msgid);
	}
	g_hash_table_destroy(news);
	return last;
}

/*
 * Whether a series of the circle holds a patch that is no neighbour: somebody put it there by
 * hand, and taking the series apart would undo that.
 */
static bool holds_strangers(const GPtrArray *circle)
{
	for (guint i = 0; i < circle->len; i++) {
		const struct item *item = circle->pdata[i];
		const struct series *series = item->stored_series;

		for (guint k = 0; series != NULL && k < series->patches->len; k++) {
			const struct item *patch = series->patches->pdata[k];

			if (patch->circle_leader != item->circle_leader)
				return true;
		}
	}
	return false;
}

/* Put new items behind the others of their circle. */
static void group_behind(struct grouping *g, const GPtrArray *circle)
{
	for (guint i = circle->len; i > 0; i--) {
		const struct item *item = circle->pdata[i - 1];

		if (item->home != NULL && item->home->date == item->date)
			item->home->rank = i - 1;
	}
	g->next_rank = circle->len;
	for (guint i = 0; i < circle->len; i++) {
		struct item *item = circle->pdata[i];

		if (item->is_new)
			group(g, item);
	}
}

static void group_circle(struct grouping *g, GPtrArray *circle)
{
	name_circle(circle);
	series_canonical_order(circle);
	if (news_come_last(circle) || holds_strangers(circle))
		group_behind(g, circle);
	else
		work_out_afresh(g, circle);
}

/* The world's items whose neighbourhood is known. */
static GPtrArray *members_of(struct world *world)
{
	const GPtrArray *items = world_items(world);
	GPtrArray *members = g_ptr_array_new();

	for (guint i = 0; i < items->len; i++)
		if (((struct item *)items->pdata[i])->is_member)
			g_ptr_array_add(members, items->pdata[i]);
	return members;
}

void series_circles(struct world *world)
{
	GPtrArray *members = members_of(world);
	GHashTable *circles;
	GHashTableIter iter;
	gpointer circle;

	find_circles(members);
	circles = circles_with_news(members);
	g_hash_table_iter_init(&iter, circles);
	while (g_hash_table_iter_next(&iter, NULL, &circle))
		name_circle(circle);
	g_hash_table_destroy(circles);
	g_ptr_array_unref(members);
}

void series_group(struct world *world)
{
	struct grouping g = { .world = world, .makes_events = true };
	const GPtrArray *all = world_series(world);
	GPtrArray *members = members_of(world);
	GHashTable *circles;
	GHashTableIter iter;
	gpointer circle;

	g.by_marker =
		g_hash_table_new_full(marker_hash, marker_equal, g_free, free_list);
	for (guint i = 0; i < all->len; i++)
		g_ptr_array_add(series_like(&g, all->pdata[i]), all->pdata[i]);
	find_circles(members);
	circles = circles_with_news(members);
	g_hash_table_iter_init(&iter, circles);
	while (g_hash_table_iter_next(&iter, NULL, &circle))
		group_circle(&g, circle);
	for (guint i = 0; i < all->len; i++)
		if (((struct series *)all->pdata[i])->members_changed)
			tell_again(&g, all->pdata[i]);
	g_hash_table_destroy(circles);
	g_hash_table_destroy(g.by_marker);
	g_ptr_array_unref(members);
}
