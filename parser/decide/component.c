/* circle - which patches and cover letters are neighbours; see circle.h */
#include "parser/decide/component.h"

#include "parser/viewkey.h"

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

static void unite_by_id(GHashTable *by_id, struct item *item, struct view msgid)
{
	struct scoped_key key = { item->project_id, msgid };
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
	if (item_total(x) != item_total(y))
		return item_total(x) < item_total(y) ? -1 : 1;
	return (x->date > y->date) - (x->date < y->date);
}

static bool could_share_series(const struct item *a, const struct item *b)
{
	return a->project_id == b->project_id && a->person == b->person &&
	       a->version == b->version && item_total(a) == item_total(b) &&
	       ABS(b->date - a->date) <= CIRCLE_SPAN_SECS;
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
		g_hash_table_new_full(scoped_key_hash, scoped_key_equal, g_free, NULL);
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

/* The members of each circle that has a new one. */
static GPtrArray *circles_with_news(const GPtrArray *members)
{
	GHashTable *by_leader = g_hash_table_new(NULL, NULL);
	GPtrArray *circles = g_ptr_array_new_with_free_func(free_list);

	for (guint i = 0; i < members->len; i++) {
		struct item *item = members->pdata[i];

		if (!item->is_new || g_hash_table_contains(by_leader, leader_of(item)))
			continue;
		g_ptr_array_add(circles, g_ptr_array_new());
		g_hash_table_insert(by_leader, leader_of(item),
				    circles->pdata[circles->len - 1]);
	}
	for (guint i = 0; i < members->len; i++) {
		struct item *item = members->pdata[i];
		GPtrArray *circle = g_hash_table_lookup(by_leader, leader_of(item));

		item->circle_leader = leader_of(item);
		if (circle != NULL)
			g_ptr_array_add(circle, item);
	}
	g_hash_table_destroy(by_leader);
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

GPtrArray *circle_find(struct world *world)
{
	GPtrArray *members = members_of(world);
	GPtrArray *circles;

	find_circles(members);
	circles = circles_with_news(members);
	for (guint i = 0; i < circles->len; i++)
		name_circle(circles->pdata[i]);
	g_ptr_array_unref(members);
	return circles;
}
