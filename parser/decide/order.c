/* order - canonical order; see order.h */
#include "parser/decide/order.h"

#include "parser/viewkey.h"

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

/* An item to be ordered.  Its rank is its index by date and message id alone. */
struct node {
	struct item *item;
	GArray *followers; /* guint: ranks of the items that refer to it */
	guint waits_for;
	bool done;
};

/* Link each node to the nodes whose ids it refers to. */
static void link_nodes(struct node *nodes, guint count)
{
	GHashTable *ranks = g_hash_table_new(viewkey_hash, viewkey_equal);

	for (guint i = count; i > 0; i--)
		g_hash_table_insert(ranks, &nodes[i - 1].item->msgid, GUINT_TO_POINTER(i));
	for (guint i = 0; i < count; i++) {
		const struct item *item = nodes[i].item;

		for (size_t r = 0; r < item->ref_count; r++) {
			guint rank = GPOINTER_TO_UINT(
				g_hash_table_lookup(ranks, (gconstpointer)&item->refs[r]));

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
		g_array_index(heap, guint, at) = g_array_index(heap, guint, (at - 1) / 2);
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
		if (child + 1 < heap->len &&
		    g_array_index(heap, guint, child + 1) < g_array_index(heap, guint, child))
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
		for (guint i = 0; node->followers != NULL && i < node->followers->len; i++) {
			struct node *follower = &nodes[g_array_index(node->followers, guint, i)];

			if (--follower->waits_for == 0 && !follower->done)
				heap_push(ready, g_array_index(node->followers, guint, i));
		}
	}
	g_array_unref(ready);
}

void order_items(GPtrArray *items)
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

void order_positions(const GPtrArray *items)
{
	const struct item *latest = NULL;
	guint by = 0;

	for (guint i = 0; i < items->len; i++) {
		struct item *item = items->pdata[i];

		if (latest == NULL || compare_items(&item, &latest) > 0) {
			latest = item;
			by = 0;
		}
		item->anchor = by > 0 ? latest : NULL;
		item->offset = by++;
	}
}
