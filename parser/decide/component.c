/* component - the items that may influence each other's series; see component.h */
#include "parser/decide/component.h"

#include "parser/viewkey.h"

/* The items of the workset whose links are known. */
static GPtrArray *linked_items(struct workset *workset)
{
	const GPtrArray *items = workset_items(workset);
	GPtrArray *linked = g_ptr_array_new();

	for (guint i = 0; i < items->len; i++)
		if (((struct item *)items->pdata[i])->has_links)
			g_ptr_array_add(linked, items->pdata[i]);
	return linked;
}

static struct item *find_root(struct item *item)
{
	while (item->component_root != item) {
		item->component_root = item->component_root->component_root;
		item = item->component_root;
	}
	return item;
}

static void union_items(struct item *a, struct item *b)
{
	a = find_root(a);
	b = find_root(b);
	if (a != b)
		b->component_root = a;
}

static void union_by_id(GHashTable *by_id, struct item *item, struct view msgid)
{
	struct scoped_key key = { item->project_id, msgid };
	struct item *other = g_hash_table_lookup(by_id, &key);

	if (other != NULL)
		union_items(other, item);
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
	       ABS(b->date - a->date) <= SERIES_WINDOW_SECS;
}

/*
 * Join each item with a series marker to the items whose series it could find by marker.  A patch
 * without a marker makes a series with a total of 1, which others may find, but does not search for
 * one.  So two such patches are not related, and only the next marked item to either side is
 * compared.
 */
static void union_by_marker(const GPtrArray *items)
{
	GPtrArray *sorted = g_ptr_array_sized_new(items->len);
	struct item *marked = NULL;

	for (guint i = 0; i < items->len; i++)
		g_ptr_array_add(sorted, items->pdata[i]);
	g_ptr_array_sort(sorted, compare_markers);
	for (guint i = 0; i < sorted->len; i++) {
		struct item *item = sorted->pdata[i];

		if (marked != NULL && could_share_series(marked, item))
			union_items(marked, item);
		if (!item->has_marker)
			continue;
		marked = item;
		for (guint k = i; k > 0; k--) {
			struct item *before = sorted->pdata[k - 1];

			if (before->has_marker || !could_share_series(before, item))
				break;
			union_items(before, item);
		}
	}
	g_ptr_array_unref(sorted);
}

/* Join items by stored component, by series, by ids and by marker. */
static void find_components(const GPtrArray *items)
{
	GHashTable *by_id = g_hash_table_new_full(scoped_key_hash, scoped_key_equal, g_free, NULL);
	GHashTable *by_component = g_hash_table_new(g_int64_hash, g_int64_equal);
	GHashTable *by_series = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < items->len; i++) {
		struct item *item = items->pdata[i];

		item->component_root = item;
	}
	for (guint i = 0; i < items->len; i++) {
		struct item *item = items->pdata[i], *other;

		if (item->stored_component != 0) {
			other = g_hash_table_lookup(by_component, &item->stored_component);
			if (other != NULL)
				union_items(other, item);
			else
				g_hash_table_insert(by_component, &item->stored_component, item);
		}
		if (item->stored_grouped_in != NULL) {
			other = g_hash_table_lookup(by_series, item->stored_grouped_in);
			if (other != NULL)
				union_items(other, item);
			else
				g_hash_table_insert(by_series, item->stored_grouped_in, item);
		}
		union_by_id(by_id, item, item->msgid);
		for (size_t r = 0; r < item->ref_count; r++)
			union_by_id(by_id, item, item->refs[r]);
	}
	union_by_marker(items);
	g_hash_table_destroy(by_component);
	g_hash_table_destroy(by_series);
	g_hash_table_destroy(by_id);
}

static void free_list(gpointer list)
{
	g_ptr_array_unref(list);
}

/* The items of each component that holds a new one. */
static GPtrArray *components_with_new_items(const GPtrArray *items)
{
	GHashTable *by_root = g_hash_table_new(NULL, NULL);
	GPtrArray *components = g_ptr_array_new_with_free_func(free_list);

	for (guint i = 0; i < items->len; i++) {
		struct item *item = items->pdata[i];

		if (!item->is_new || g_hash_table_contains(by_root, find_root(item)))
			continue;
		g_ptr_array_add(components, g_ptr_array_new());
		g_hash_table_insert(by_root, find_root(item),
				    components->pdata[components->len - 1]);
	}
	for (guint i = 0; i < items->len; i++) {
		struct item *item = items->pdata[i];
		GPtrArray *component = g_hash_table_lookup(by_root, find_root(item));

		item->component_root = find_root(item);
		if (component != NULL)
			g_ptr_array_add(component, item);
	}
	g_hash_table_destroy(by_root);
	return components;
}

/* A component keeps the number that most of its items have; 0 if all of them are new. */
static void number_component(const GPtrArray *component)
{
	GHashTable *counts = g_hash_table_new(g_int64_hash, g_int64_equal);
	guint most = 0;
	int64_t number = 0;

	for (guint i = 0; i < component->len; i++) {
		struct item *item = component->pdata[i];
		guint count;

		if (item->stored_component == 0)
			continue;
		count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, &item->stored_component)) + 1;
		g_hash_table_insert(counts, &item->stored_component, GUINT_TO_POINTER(count));
		if (count > most) {
			most = count;
			number = item->stored_component;
		}
	}
	for (guint i = 0; i < component->len; i++)
		((struct item *)component->pdata[i])->component = number;
	g_hash_table_destroy(counts);
}

GPtrArray *component_find(struct workset *workset)
{
	GPtrArray *items = linked_items(workset);
	GPtrArray *components;

	find_components(items);
	components = components_with_new_items(items);
	for (guint i = 0; i < components->len; i++)
		number_component(components->pdata[i]);
	g_ptr_array_unref(items);
	return components;
}
