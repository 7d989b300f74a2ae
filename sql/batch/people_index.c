/* people_index - finds people by address in any case; see people_index.h */
#include "sql/batch/people_index.h"

#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"

/* The value of a hash that several people have. */
#define SEVERAL GINT_TO_POINTER(-1)

struct people_index {
	GHashTable *ids; /* by hash */
	int32_t last_id;
};

struct people_index *people_index_new(void)
{
	struct people_index *index = g_new0(struct people_index, 1);

	index->ids = g_hash_table_new(NULL, NULL);
	return index;
}

void people_index_free(struct people_index *index)
{
	if (index == NULL)
		return;
	g_hash_table_destroy(index->ids);
	g_free(index);
}

void people_index_reset(struct people_index *index)
{
	if (index == NULL)
		return;
	g_hash_table_remove_all(index->ids);
	index->last_id = 0;
}

int32_t people_index_last_id(const struct people_index *index)
{
	return index->last_id;
}

static gpointer hash_at(const GArray *hashes, guint i)
{
	return GINT_TO_POINTER((gint)g_array_index(hashes, int64_t, i));
}

static void add(struct people_index *index, gpointer hash, int32_t id)
{
	gpointer before = g_hash_table_lookup(index->ids, hash);

	if (before == NULL)
		g_hash_table_insert(index->ids, hash, GINT_TO_POINTER(id));
	else if (before != GINT_TO_POINTER(id))
		g_hash_table_insert(index->ids, hash, SEVERAL);
	index->last_id = MAX(index->last_id, id);
}

static void take_new_people(struct people_index *index, const struct pg_result *result)
{
	_cleanup_(free_array) GArray *ids = new_bigints(), *hashes = new_bigints();

	pg_bigints(result, 0, 0, ids);
	pg_bigints(result, 0, 1, hashes);
	for (guint i = 0; i < ids->len; i++)
		add(index, hash_at(hashes, i), (int32_t)g_array_index(ids, int64_t, i));
}

static void find(const struct people_index *index, const struct pg_result *result, GArray *ids,
		 bool *ret_is_sure)
{
	_cleanup_(free_array) GArray *hashes = new_bigints();

	*ret_is_sure = true;
	pg_bigints(result, 0, 0, hashes);
	for (guint i = 0; i < hashes->len; i++) {
		gpointer id = g_hash_table_lookup(index->ids, hash_at(hashes, i));

		if (id == SEVERAL)
			*ret_is_sure = false;
		else if (id != NULL)
			add_int(ids, GPOINTER_TO_INT(id));
	}
}

int people_index_find(struct people_index *index, struct pg *pg, const GArray *emails, GArray *ids,
		      bool *ret_is_sure)
{
	enum { NEW_PEOPLE, EMAILS, COUNT };
	struct pg_queue queue = { .count = 0 };
	struct pg_query *query = pg_queue_add(&queue, sql_hashes_of_people);
	struct pg_result *results[COUNT];
	int r;

	pg_param_int(query, index->last_id - PEOPLE_OVERLAP_IDS);
	query->is_unprepared = true;
	pg_param_texts(pg_queue_add(&queue, sql_hashes_of_emails), emails);
	r = pg_run_queue(pg, &queue, results);
	if (r != 0)
		return r;
	take_new_people(index, results[NEW_PEOPLE]);
	find(index, results[EMAILS], ids, ret_is_sure);
	pg_results_free(results, COUNT);
	return 0;
}
