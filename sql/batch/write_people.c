/* write_people - new people, and names that have changed; see write.h */
#include <errno.h>
#include <string.h>

#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/batch/statements.h"
#include "sql/batch/write.h"

static gint compare_emails(gconstpointer a, gconstpointer b)
{
	const struct person *x = *(struct person *const *)a, *y = *(struct person *const *)b;
	int order = memcmp(x->email.ptr, y->email.ptr, MIN(x->email.len, y->email.len));

	return order != 0 ? order : (x->email.len > y->email.len) - (x->email.len < y->email.len);
}

static GPtrArray *people_to_make(const struct batch *batch)
{
	const GPtrArray *all = workset_people(batch->workset);
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < all->len; i++) {
		struct person *person = all->pdata[i];

		if (person->is_needed && person->id == 0)
			g_ptr_array_add(list, person);
	}
	g_ptr_array_sort(list, compare_emails);
	return list;
}

/*
 * -EAGAIN if another project's writer has created one of them meanwhile, in any spelling.  People
 * that were there before have been looked up.
 */
static int check_nobody_is_there(struct batch *batch, const GArray *emails)
{
	struct pg_queue queue = { .count = 0 };
	struct pg_result *results[PG_QUEUE_MAX];
	struct pg_query *query;
	bool is_there;
	int r;

	(void)pg_queue_add(&queue, sql_lock_series_updates);
	(void)pg_queue_add(&queue, sql_lock_people);
	query = pg_queue_add(&queue, sql_people_any_case);
	query->is_unprepared = true;
	pg_param_texts(query, emails);
	pg_param_int(query, batch->last_person_id - PEOPLE_OVERLAP_IDS);
	r = pg_run_queue(batch->pg, &queue, results);
	is_there = r == 0 && pg_rows(results[queue.count - 1]) > 0;
	pg_results_free(results, queue.count);
	return is_there ? -EAGAIN : r;
}

static int insert_people(struct batch *batch, const GArray *emails, const GArray *names)
{
	struct pg_query query;
	struct pg_result *result = NULL;
	int r;

	pg_query_init(&query, sql_insert_people);
	pg_param_texts(&query, emails);
	pg_param_texts(&query, names);
	r = pg_run(batch->pg, &query, &result);
	for (int i = 0; r == 0 && i < pg_rows(result); i++) {
		struct person *person = workset_find_person(batch->workset, pg_text(result, i, 1));

		workset_set_person_id(batch->workset, person, pg_int(result, i, 0));
	}
	pg_result_free(result);
	return r;
}

int write_new_people(struct batch *batch)
{
	GPtrArray *people = people_to_make(batch);
	_cleanup_(free_array) GArray *emails = new_views(), *names = new_views();
	int r = 0;

	for (guint i = 0; i < people->len; i++) {
		struct person *person = people->pdata[i];

		add_view(emails, person->email);
		add_view(names, person->name);
		person->is_renamed = false;
	}
	g_ptr_array_unref(people);
	if (emails->len > 0)
		r = check_nobody_is_there(batch, emails);
	if (r == 0 && emails->len > 0)
		r = insert_people(batch, emails, names);
	return r;
}

void queue_people(struct batch *batch, struct pg_queue *queue)
{
	const GPtrArray *all = workset_people(batch->workset);
	_cleanup_(free_array) GArray *renamed = new_ints(), *names = new_views(),
				     *dated = new_ints(), *dates = new_bigints(),
				     *msgids = new_views();
	struct pg_query *query;

	for (guint i = 0; i < all->len; i++) {
		const struct person *person = all->pdata[i];

		if (person->is_needed && person->is_renamed) {
			add_int(renamed, person->id);
			add_view(names, person->name);
		}
		if (person->is_needed && person->name_at_changed) {
			add_int(dated, person->id);
			add_bigint(dates, person->name_date);
			add_view(msgids, person->name_msgid);
		}
	}
	if (renamed->len > 0) {
		query = pg_queue_add(queue, sql_rename_people);
		pg_param_ints(query, renamed);
		pg_param_texts(query, names);
	}
	if (dated->len > 0) {
		query = pg_queue_add(queue, sql_upsert_person_names);
		pg_param_ints(query, dated);
		pg_param_bigints(query, dates);
		pg_param_texts(query, msgids);
	}
}
