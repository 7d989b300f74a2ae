/*
 * load - fill a world with what a batch could touch; see batch.h
 *
 * Four round trips at most: the lock and what waits for the batch's ids; what is known of its
 * ids and people; the circles of its patches and cover letters; the series of these.  A batch
 * of replies needs the first two.
 */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "parser/cleanup.h"
#include "parser/circle.h"
#include "parser/series.h"
#include "parser/viewkey.h"
#include "sql/adopt.h"
#include "sql/batch.h"
#include "sql/statements.h"

/* (project, message id) pairs, each once, as parameters of a query. */
struct keys {
	GArray *projects; /* int32_t */
	GArray *msgids;   /* struct view */
	GHashTable *seen; /* of struct scoped_key, owned */
};

static void keys_init(struct keys *keys)
{
	keys->projects = new_ints();
	keys->msgids = new_views();
	keys->seen =
		g_hash_table_new_full(scoped_key_hash, scoped_key_equal, g_free, NULL);
}

static void keys_done(struct keys *keys)
{
	g_array_unref(keys->projects);
	g_array_unref(keys->msgids);
	g_hash_table_destroy(keys->seen);
}

static void keys_add(struct keys *keys, int32_t project_id, struct view msgid)
{
	struct scoped_key key = { project_id, msgid };

	if (g_hash_table_contains(keys->seen, &key))
		return;
	(void)g_hash_table_add(keys->seen, g_memdup2(&key, sizeof(key)));
	add_int(keys->projects, project_id);
	add_view(keys->msgids, msgid);
}

static void keys_param(const struct keys *keys, struct pg_query *query)
{
	pg_param_ints(query, keys->projects);
	pg_param_texts(query, keys->msgids);
}

/* What key a result's row is about: column 0 counts from 1. */
static int32_t key_project(const struct keys *keys, const struct pg_result *result,
			   int row)
{
	return g_array_index(keys->projects, int32_t, pg_int(result, row, 0) - 1);
}

static struct view key_msgid(const struct keys *keys, const struct pg_result *result,
			     int row)
{
	return g_array_index(keys->msgids, struct view, pg_int(result, row, 0) - 1);
}

int batch_run_kept(struct batch *batch, struct pg_query *queries, size_t count,
		   struct pg_result **results)
{
	int r = pg_run_all(batch->pg, queries, count, results);

	for (size_t i = 0; i < count; i++) {
		pg_query_done(&queries[i]);
		if (r == 0)
			g_ptr_array_add(batch->results, results[i]);
	}
	return r;
}

/* ---- first round trip: begin, lock, and the replies that wait for these ids */

static gint compare_ints(gconstpointer a, gconstpointer b)
{
	return *(const int32_t *)a - *(const int32_t *)b;
}

void batch_sort_ints(GArray *ints)
{
	g_array_sort(ints, compare_ints);
}

/* The batch's projects, ascending: every writer locks in this order. */
static GArray *project_ids(const struct batch *batch)
{
	GArray *ids = new_ints();

	for (size_t i = 0; i < batch->delivery_count; i++)
		if (batch->deliveries[i].kind == DELIVER_MESSAGE)
			add_int(ids, batch->deliveries[i].project_id);
	batch_sort_ints(ids);
	for (guint i = 1; i < ids->len;) {
		if (g_array_index(ids, int32_t, i) ==
		    g_array_index(ids, int32_t, i - 1))
			g_array_remove_index(ids, i);
		else
			i++;
	}
	return ids;
}

void batch_settings(const struct batch *batch, struct pg_query *query)
{
	const struct store_options *options = batch->options;
	g_autofree char *lock = g_strdup_printf("%ds", options->lock_timeout_secs);

	pg_param_text(query, view_str(lock));
	pg_param_text(query, VIEW("10s"));
	pg_param_text(query, view_str(options->time_zone != NULL ? options->time_zone
								 : "UTC"));
	pg_param_text(query, options->is_relaxed ? VIEW("relaxed") : VIEW("durable"));
}

static int begin(struct batch *batch, struct pg_result **ret_waiting)
{
	enum { BEGIN, SETTINGS, LOCK, SERIES, NOW, UNADOPTED, WAITING, COUNT };
	static const char *const locks[] = {
		[SERIES_FREE] = sql_no_lock,
		[SERIES_LOCKED] = sql_lock_series,
		[SERIES_INSERTS_LOCKED] = sql_lock_series_inserts,
	};
	_cleanup_(free_array) GArray *projects = project_ids(batch);
	struct pg_query queries[COUNT];
	struct pg_result *results[COUNT];
	struct keys own;
	int r;

	keys_init(&own);
	for (size_t i = 0; i < batch->delivery_count; i++)
		if (batch->deliveries[i].kind == DELIVER_MESSAGE)
			keys_add(&own, batch->deliveries[i].project_id,
				 batch->deliveries[i].submission->msgid);
	pg_query_init(&queries[BEGIN], sql_begin);
	pg_query_init(&queries[SETTINGS], sql_settings);
	batch_settings(batch, &queries[SETTINGS]);
	pg_query_init(&queries[LOCK], sql_lock_projects);
	pg_param_ints(&queries[LOCK], projects);
	pg_query_init(&queries[SERIES], locks[batch->series_lock]);
	pg_query_init(&queries[NOW], sql_now);
	adopt_ask_recent(batch->options, &queries[UNADOPTED]);
	pg_query_init(&queries[WAITING], sql_waiting_set_free);
	keys_param(&own, &queries[WAITING]);
	r = batch_run_kept(batch, queries, COUNT, results);
	keys_done(&own);
	if (r != 0)
		return r;
	batch->now_usecs = pg_bigint(results[NOW], 0, 0);
	batch->needs_adoption = pg_bool(results[UNADOPTED], 0, 0);
	*ret_waiting = results[WAITING];
	return batch->needs_adoption ? -EAGAIN : 0;
}

/* ---- the messages */

static void set_date(struct message *message, int64_t received_usecs)
{
	const struct submission *submission = message->submission;

	message->date = submission->has_date ? submission->date
					     : received_usecs / G_USEC_PER_SEC;
}

/* Read a waiting reply again.  One that can no longer be read is left where it is. */
static int add_waiting(struct batch *batch, const struct pg_result *result, int row)
{
	const struct project *project =
		catalog_project(batch->catalog, pg_int(result, row, 1));
	struct submission *submission = arena_alloc(batch->arena, sizeof(*submission));
	struct message *message;
	int r;

	if (submission == NULL)
		return arena_error(batch->arena) < 0 ? arena_error(batch->arena) : 0;
	if (project == NULL)
		return 0;
	r = submission_open(batch->arena, pg_text(result, row, 3), submission);
	if (r == 0 && !submission->is_ignored)
		r = submission_read(batch->arena, submission,
				    view_str(project->link_name),
				    view_str(project->list_email));
	if (r != 0 || submission->is_ignored)
		return r < 0 ? r : 0;
	message = world_add_message(batch->world, project->id, submission);
	message->waiting_id = pg_bigint(result, row, 0);
	set_date(message, pg_bigint(result, row, 2));
	return 0;
}

static int add_messages(struct batch *batch, const struct pg_result *waiting)
{
	for (int i = 0; i < pg_rows(waiting); i++) {
		int r = add_waiting(batch, waiting, i);

		if (r != 0)
			return r;
	}
	for (size_t i = 0; i < batch->delivery_count; i++) {
		struct delivery *delivery = &batch->deliveries[i];
		struct message *message = NULL;

		if (delivery->kind == DELIVER_MESSAGE) {
			message = world_add_message(batch->world, delivery->project_id,
						    delivery->submission);
			set_date(message, delivery->received_usecs);
			g_hash_table_insert(batch->raws, message, delivery);
		}
		g_ptr_array_add(batch->messages, message);
	}
	return 0;
}

static bool makes_item(const struct message *message)
{
	return message->submission->kind == SUBMISSION_PATCH ||
	       message->submission->kind == SUBMISSION_COVER;
}

/* ---- second round trip: ids and people */

static void collect_keys(const struct batch *batch, struct keys *all, struct keys *own,
			 struct keys *of_items)
{
	const GPtrArray *messages = world_messages(batch->world);

	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];
		const struct submission *s = message->submission;

		keys_add(all, message->project_id, s->msgid);
		keys_add(own, message->project_id, s->msgid);
		if (makes_item(message))
			keys_add(of_items, message->project_id, s->msgid);
		for (size_t k = 0; k < s->reference_count; k++) {
			keys_add(all, message->project_id, s->references[k]);
			if (makes_item(message))
				keys_add(of_items, message->project_id,
					 s->references[k]);
		}
	}
}

/* The item in a row of which we know kind, id, project and message id. */
static struct item *known_item(struct batch *batch, enum item_kind kind, int32_t id,
			       int32_t project_id, struct view msgid)
{
	struct item *item = world_find_item_id(batch->world, kind, id);

	return item != NULL ? item
			    : world_add_item(batch->world, kind, id, project_id, msgid);
}

static void take_known_items(struct batch *batch, const struct keys *keys,
			     enum item_kind kind, const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++)
		(void)known_item(batch, kind, pg_int(result, i, 1),
				 key_project(keys, result, i),
				 key_msgid(keys, result, i));
}

static struct comment *comment_with_id(struct world *world, int32_t project_id,
				       struct view msgid, enum item_kind kind,
				       int32_t id)
{
	struct comment *comment = world_find_comment(world, project_id, msgid);

	while (comment != NULL &&
	       (comment->id != id || comment->stored_parent->kind != kind))
		comment = comment->next;
	return comment;
}

static struct comment *known_comment(struct batch *batch, int32_t project_id,
				     struct view msgid, char kind, int32_t id,
				     int32_t parent_id, struct view parent_msgid)
{
	enum item_kind parent_kind = kind == 'P' ? ITEM_PATCH : ITEM_COVER;
	struct comment *comment =
		comment_with_id(batch->world, project_id, msgid, parent_kind, id);

	if (comment != NULL)
		return comment;
	comment = world_add_comment(batch->world, project_id, msgid);
	comment->id = id;
	comment->parent =
		known_item(batch, parent_kind, parent_id, project_id, parent_msgid);
	comment->stored_parent = comment->parent;
	comment->state = COMMENT_ASKED;
	return comment;
}

static void take_known_comments(struct batch *batch, const struct keys *keys,
				const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++)
		(void)known_comment(batch, key_project(keys, result, i),
				    key_msgid(keys, result, i),
				    pg_text(result, i, 1).ptr[0], pg_int(result, i, 2),
				    pg_int(result, i, 3), pg_text(result, i, 4));
}

/* Comments that have to be asked again; what they refer to is in their stored headers. */
static int take_movers(struct batch *batch, const struct pg_result *result,
		       bool *ret_any)
{
	*ret_any = pg_rows(result) > 0;
	for (int i = 0; i < pg_rows(result); i++) {
		struct comment *comment = known_comment(
			batch, pg_int(result, i, 0), pg_text(result, i, 1),
			pg_text(result, i, 2).ptr[0], pg_int(result, i, 3),
			pg_int(result, i, 4), pg_text(result, i, 5));
		int r = submission_stored_references(batch->arena,
						     pg_text(result, i, 6),
						     &comment->refs,
						     &comment->ref_count);

		if (r < 0)
			return r;
		comment->state = COMMENT_UNASKED;
	}
	return 0;
}

struct series *batch_series_stub(struct batch *batch, int32_t id, int32_t project_id)
{
	struct series *series = world_find_series_id(batch->world, id);

	return series != NULL ? series : world_add_series(batch->world, id, project_id);
}

static void take_reference(struct batch *batch, int32_t project_id, struct view msgid,
			   int32_t series_id)
{
	struct reference *reference =
		world_find_reference(batch->world, project_id, msgid);

	if (reference != NULL)
		return;
	reference = world_add_reference(batch->world, project_id, msgid);
	reference->series = batch_series_stub(batch, series_id, project_id);
	reference->stored_series = reference->series;
}

static void take_person(struct batch *batch, const struct pg_result *result, int row,
			struct view email)
{
	struct person *person =
		world_find_person_id(batch->world, pg_int(result, row, 1));

	if (person == NULL) {
		person = world_add_person(batch->world, pg_int(result, row, 1),
					  pg_text(result, row, 2));
		person->name = pg_text(result, row, 3);
		person->is_user = pg_bool(result, row, 4);
		person->has_name_at = !pg_is_null(result, row, 5);
		person->name_date = pg_bigint(result, row, 5);
		person->name_msgid = pg_text(result, row, 6);
	}
	if (world_find_person(batch->world, email) == NULL)
		world_alias_person(batch->world, person, email);
}

static void take_people(struct batch *batch, const GArray *emails,
			const struct pg_result *result)
{
	for (int i = 0; i < pg_rows(result); i++) {
		struct view email =
			g_array_index(emails, struct view, pg_int(result, i, 0) - 1);

		if (world_find_person(batch->world, email) == NULL)
			take_person(batch, result, i, email);
	}
}

/* Each address once, as it is spelt. */
static GArray *senders(const struct batch *batch)
{
	const GPtrArray *messages = world_messages(batch->world);
	GHashTable *seen = g_hash_table_new(viewkey_hash, viewkey_equal);
	GArray *emails = new_views();

	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];
		const struct address *sender = &message->submission->sender;

		if (g_hash_table_add(seen, (gpointer)(uintptr_t)&sender->email))
			add_view(emails, sender->email);
	}
	g_hash_table_destroy(seen);
	return emails;
}

/* People that no row has in this very spelling. */
static int load_people_any_case(struct batch *batch, const GArray *emails)
{
	_cleanup_(free_array) GArray *missing = new_views();
	struct pg_query query;
	struct pg_result *result;
	int r;

	for (guint i = 0; i < emails->len; i++) {
		struct view email = g_array_index(emails, struct view, i);

		if (world_find_person(batch->world, email) == NULL)
			add_view(missing, email);
	}
	if (missing->len == 0)
		return 0;
	pg_query_init(&query, sql_people_any_case);
	query.is_planned_anew = true;
	pg_param_texts(&query, missing);
	r = batch_run_kept(batch, &query, 1, &result);
	if (r == 0)
		take_people(batch, missing, result);
	return r;
}

/* Every message gets its person: one who is known, or one to be made. */
static void give_people(struct batch *batch)
{
	const GPtrArray *messages = world_messages(batch->world);

	for (guint i = 0; i < messages->len; i++) {
		struct message *message = messages->pdata[i];
		struct view email = message->submission->sender.email;

		message->person = world_find_person(batch->world, email);
		if (message->person == NULL)
			message->person = world_add_person(batch->world, 0, email);
	}
}

enum known {
	KNOWN_PATCHES,
	KNOWN_COVERS,
	KNOWN_COMMENTS,
	KNOWN_WAITING,
	KNOWN_SEEN,
	KNOWN_REFERENCES,
	KNOWN_MOVERS,
	KNOWN_DEPENDENTS,
	KNOWN_PEOPLE,
	KNOWN_COUNT,
};

static void seen_params(const struct keys *keys, struct pg_query *query)
{
	_cleanup_(free_array) GArray *hashes = new_bigints();

	for (guint i = 0; i < keys->msgids->len; i++)
		add_bigint(hashes, batch_seen_hash(g_array_index(keys->msgids,
								 struct view, i)));
	pg_param_ints(query, keys->projects);
	pg_param_bigints(query, hashes);
}

static int query_known(struct batch *batch, const struct keys *all,
		       const struct keys *own, const struct keys *of_items,
		       const GArray *emails, struct pg_result *results[KNOWN_COUNT])
{
	struct pg_query queries[KNOWN_COUNT];

	pg_query_init(&queries[KNOWN_PATCHES], sql_known_patches);
	keys_param(all, &queries[KNOWN_PATCHES]);
	pg_query_init(&queries[KNOWN_COVERS], sql_known_covers);
	keys_param(all, &queries[KNOWN_COVERS]);
	pg_query_init(&queries[KNOWN_COMMENTS], sql_known_comments);
	keys_param(all, &queries[KNOWN_COMMENTS]);
	pg_query_init(&queries[KNOWN_WAITING], sql_known_waiting);
	keys_param(all, &queries[KNOWN_WAITING]);
	pg_query_init(&queries[KNOWN_SEEN], sql_known_seen);
	seen_params(all, &queries[KNOWN_SEEN]);
	pg_query_init(&queries[KNOWN_REFERENCES], sql_known_references);
	keys_param(of_items, &queries[KNOWN_REFERENCES]);
	pg_query_init(&queries[KNOWN_MOVERS], sql_comments_that_mention);
	keys_param(own, &queries[KNOWN_MOVERS]);
	pg_query_init(&queries[KNOWN_DEPENDENTS],
		      catalog_has_dependencies(batch->catalog) ? sql_known_dependents
							       : sql_no_dependents);
	keys_param(own, &queries[KNOWN_DEPENDENTS]);
	pg_query_init(&queries[KNOWN_PEOPLE], sql_people);
	pg_param_texts(&queries[KNOWN_PEOPLE], emails);
	return batch_run_kept(batch, queries, KNOWN_COUNT, results);
}

static int take_known(struct batch *batch, const struct keys *all,
		      const struct keys *of_items, const GArray *emails,
		      struct pg_result *results[KNOWN_COUNT], bool *ret_movers)
{
	const struct pg_result *result;

	take_known_items(batch, all, ITEM_PATCH, results[KNOWN_PATCHES]);
	take_known_items(batch, all, ITEM_COVER, results[KNOWN_COVERS]);
	take_known_comments(batch, all, results[KNOWN_COMMENTS]);
	result = results[KNOWN_WAITING];
	for (int i = 0; i < pg_rows(result); i++)
		world_add_waiting(batch->world, key_project(all, result, i),
				  key_msgid(all, result, i));
	result = results[KNOWN_SEEN];
	for (int i = 0; i < pg_rows(result); i++)
		world_add_seen(batch->world, key_project(all, result, i),
			       key_msgid(all, result, i));
	result = results[KNOWN_REFERENCES];
	for (int i = 0; i < pg_rows(result); i++)
		take_reference(batch, key_project(of_items, result, i),
			       key_msgid(of_items, result, i), pg_int(result, i, 1));
	batch->has_dependents = pg_bool(results[KNOWN_DEPENDENTS], 0, 0);
	take_people(batch, emails, results[KNOWN_PEOPLE]);
	return take_movers(batch, results[KNOWN_MOVERS], ret_movers);
}

/* What the comments that are asked again refer to, which no message of the batch may have. */
static int load_for_movers(struct batch *batch)
{
	const GPtrArray *comments = world_comments(batch->world);
	struct pg_query queries[3];
	struct pg_result *results[3];
	struct keys keys;
	int r;

	keys_init(&keys);
	for (guint i = 0; i < comments->len; i++) {
		const struct comment *comment = comments->pdata[i];

		for (size_t k = 0; k < comment->ref_count; k++)
			keys_add(&keys, comment->project_id, comment->refs[k]);
		/* Its doubles, one of which may be where it would go. */
		if (comment->state == COMMENT_UNASKED)
			keys_add(&keys, comment->project_id, comment->msgid);
	}
	pg_query_init(&queries[0], sql_known_patches);
	pg_query_init(&queries[1], sql_known_covers);
	pg_query_init(&queries[2], sql_known_comments);
	for (int i = 0; i < 3; i++)
		keys_param(&keys, &queries[i]);
	r = batch_run_kept(batch, queries, 3, results);
	if (r == 0) {
		take_known_items(batch, &keys, ITEM_PATCH, results[0]);
		take_known_items(batch, &keys, ITEM_COVER, results[1]);
		take_known_comments(batch, &keys, results[2]);
	}
	keys_done(&keys);
	return r;
}

/* ---- third round trip: circles */

static void marker_params(const struct batch *batch, struct pg_query *query)
{
	const GPtrArray *messages = world_messages(batch->world);
	_cleanup_(free_array) GArray *projects = new_ints(), *people = new_ints(),
				     *versions = new_ints(), *totals = new_ints(),
				     *dates = new_bigints(), *marked = new_ints();

	for (guint i = 0; i < messages->len; i++) {
		const struct message *message = messages->pdata[i];
		const struct subject *subject = &message->submission->subject;

		if (!makes_item(message) || message->person->id == 0)
			continue;
		add_int(projects, message->project_id);
		add_int(people, message->person->id);
		add_int(versions, subject->version);
		add_int(totals, subject->has_marker ? subject->total : 1);
		add_bigint(dates, message->date);
		add_int(marked, subject->has_marker);
	}
	pg_param_ints(query, projects);
	pg_param_ints(query, people);
	pg_param_ints(query, versions);
	pg_param_ints(query, totals);
	pg_param_bigints(query, dates);
	pg_param_ints(query, marked);
	pg_param_int(query, CIRCLE_SPAN_SECS);
}

struct person *batch_person(struct batch *batch, int32_t id)
{
	struct person *person = world_find_person_id(batch->world, id);

	/* Known by number alone: not a sender of this batch, so nobody asks for the address. */
	return person != NULL ? person : world_add_person(batch->world, id, VIEW(""));
}

static const struct view *keep_texts(struct batch *batch,
				     const struct pg_result *result, int row,
				     int column, size_t *ret_count)
{
	_cleanup_(free_array) GArray *views = new_views();
	struct view *kept;

	pg_texts(result, row, column, views);
	kept = arena_alloc(batch->arena, (views->len + 1) * sizeof(*kept));
	if (kept == NULL)
		return NULL;
	if (views->len > 0)
		memcpy(kept, views->data, views->len * sizeof(*kept));
	*ret_count = views->len;
	return kept;
}

/* A cover letter's name was cut with its prefixes on; a series takes more of its title. */
static int take_full_name(struct batch *batch, struct item *cover, struct view headers)
{
	struct submission stored;
	int r = submission_read_stored(batch->arena, headers, VIEW(""), VIEW(""),
				       &stored);

	if (r == 0)
		cover->full_name = stored.subject.name;
	return r < 0 ? r : 0;
}

static int take_member(struct batch *batch, const struct pg_result *result, int row)
{
	enum item_kind kind =
		pg_text(result, row, 0).ptr[0] == 'p' ? ITEM_PATCH : ITEM_COVER;
	int32_t project_id = pg_int(result, row, 2);
	struct item *item = known_item(batch, kind, pg_int(result, row, 1), project_id,
				       pg_text(result, row, 3));

	item->is_member = true;
	item->person = batch_person(batch, pg_int(result, row, 4));
	item->date = pg_bigint(result, row, 5);
	item->version = pg_int(result, row, 6);
	item->has_marker = !pg_is_null(result, row, 8);
	item->number = item->has_marker ? pg_int(result, row, 7) : 1;
	item->total = item->has_marker ? pg_int(result, row, 8) : 1;
	item->circle = item->stored_circle = pg_bigint(result, row, 9);
	item->refs = keep_texts(batch, result, row, 10, &item->ref_count);
	item->name = pg_text(result, row, 11);
	if (item->refs == NULL)
		return arena_error(batch->arena);
	if (!pg_is_null(result, row, 13))
		item->stored_home =
			batch_series_stub(batch, pg_int(result, row, 13), project_id);
	if (!pg_is_null(result, row, 12)) {
		struct series *series =
			batch_series_stub(batch, pg_int(result, row, 12), project_id);

		if (kind == ITEM_PATCH)
			item->series = item->stored_series = series;
		if (kind == ITEM_PATCH || item->stored_home == NULL)
			item->stored_home = series;
	}
	item->home = item->stored_home;
	return pg_is_null(result, row, 14)
		       ? 0
		       : take_full_name(batch, item, pg_text(result, row, 14));
}

static int load_members(struct batch *batch, const struct keys *of_items)
{
	struct pg_query query;
	struct pg_result *result;
	int r;

	pg_query_init(&query, sql_members);
	keys_param(of_items, &query);
	marker_params(batch, &query);
	r = batch_run_kept(batch, &query, 1, &result);
	for (int i = 0; r == 0 && i < pg_rows(result); i++)
		r = take_member(batch, result, i);
	return r;
}

/* ---- fourth round trip: series */

static void take_series(struct batch *batch, const struct pg_result *result, int row)
{
	struct series *series =
		world_find_series_id(batch->world, pg_int(result, row, 0));

	series->name = series->stored_name = pg_text(result, row, 2);
	series->date = pg_bigint(result, row, 3);
	series->version = pg_int(result, row, 4);
	series->total = pg_int(result, row, 5);
	series->person = batch_person(batch, pg_int(result, row, 6));
	if (pg_is_null(result, row, 7))
		return;
	series->cover = known_item(batch, ITEM_COVER, pg_int(result, row, 7),
				   series->project_id, pg_text(result, row, 8));
	series->cover->name = pg_text(result, row, 9);
	series->stored_cover = series->cover;
}

static void take_series_patch(struct batch *batch, const struct pg_result *result,
			      int row)
{
	struct series *series =
		world_find_series_id(batch->world, pg_int(result, row, 0));
	struct item *patch =
		known_item(batch, ITEM_PATCH, pg_int(result, row, 1),
			   pg_int(result, row, 5), pg_text(result, row, 3));

	series->is_odd = series->is_odd ||
			 (patch->is_member && patch->number != pg_int(result, row, 2));
	patch->number = pg_int(result, row, 2);
	patch->name = pg_text(result, row, 4);
	patch->series = patch->stored_series = series;
	g_ptr_array_add(series->patches, patch);
}

static int load_series(struct batch *batch)
{
	const GPtrArray *all = world_series(batch->world);
	_cleanup_(free_array) GArray *ids = new_ints();
	const char *const statements[] = { sql_series, sql_series_patches,
					   sql_series_references };
	struct pg_query queries[3];
	struct pg_result *results[3];
	int r;

	for (guint i = 0; i < all->len; i++)
		add_int(ids, ((struct series *)all->pdata[i])->id);
	if (ids->len == 0)
		return 0;
	for (int i = 0; i < 3; i++) {
		pg_query_init(&queries[i], statements[i]);
		pg_param_ints(&queries[i], ids);
	}
	r = batch_run_kept(batch, queries, 3, results);
	if (r != 0)
		return r;
	if (pg_rows(results[0]) != (int)ids->len)
		return -EAGAIN; /* one was deleted since we heard of it */
	for (int i = 0; i < pg_rows(results[0]); i++)
		take_series(batch, results[0], i);
	for (int i = 0; i < pg_rows(results[1]); i++)
		take_series_patch(batch, results[1], i);
	for (int i = 0; i < pg_rows(results[2]); i++)
		take_reference(batch, pg_int(results[2], i, 1),
			       pg_text(results[2], i, 2), pg_int(results[2], i, 0));
	for (guint i = 0; i < all->len; i++)
		series_infer_named(all->pdata[i]);
	return 0;
}

/* ---- all of it */

int64_t batch_seen_hash(struct view msgid)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_MD5);
	guint8 digest[16];
	gsize length = sizeof(digest);
	int64_t hash;

	g_checksum_update(sum, (const guchar *)msgid.ptr, (gssize)msgid.len);
	g_checksum_get_digest(sum, digest, &length);
	g_checksum_free(sum);
	memcpy(&hash, digest, sizeof(hash));
	return (int64_t)be64toh((uint64_t)hash);
}

/*
 * The references of all members.  Those of the circle's series and of the new messages are
 * loaded anyway; others are of series that somebody has emptied.
 */
static int load_member_references(struct batch *batch)
{
	const GPtrArray *items = world_items(batch->world);
	struct pg_query query;
	struct pg_result *result;
	struct keys keys;
	int r;

	keys_init(&keys);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!item->is_member)
			continue;
		keys_add(&keys, item->project_id, item->msgid);
		for (size_t k = 0; k < item->ref_count; k++)
			keys_add(&keys, item->project_id, item->refs[k]);
	}
	pg_query_init(&query, sql_known_references);
	keys_param(&keys, &query);
	r = batch_run_kept(batch, &query, 1, &result);
	for (int i = 0; r == 0 && i < pg_rows(result); i++)
		take_reference(batch, key_project(&keys, result, i),
			       key_msgid(&keys, result, i), pg_int(result, i, 1));
	keys_done(&keys);
	return r;
}

/* Series of a Patchwork's parser, of which the patches have not joined yet. */
static int load_series_by_marker(struct batch *batch)
{
	struct pg_query query;
	struct pg_result *result;
	int r;

	pg_query_init(&query, sql_series_by_marker);
	marker_params(batch, &query);
	r = batch_run_kept(batch, &query, 1, &result);
	for (int i = 0; r == 0 && i < pg_rows(result); i++)
		(void)batch_series_stub(batch, pg_int(result, i, 0),
					pg_int(result, i, 1));
	return r;
}

static int load_all(struct batch *batch, struct keys *all, struct keys *own,
		    struct keys *of_items)
{
	_cleanup_(free_array) GArray *emails = senders(batch);
	struct pg_result *results[KNOWN_COUNT];
	bool movers;
	int r;

	collect_keys(batch, all, own, of_items);
	r = query_known(batch, all, own, of_items, emails, results);
	if (r == 0)
		r = take_known(batch, all, of_items, emails, results, &movers);
	if (r == 0)
		r = load_people_any_case(batch, emails);
	if (r != 0)
		return r;
	give_people(batch);
	if (movers)
		r = load_for_movers(batch);
	if (r != 0 || of_items->msgids->len == 0)
		return r;
	r = load_members(batch, of_items);
	if (r == 0 && batch->options->with_parser)
		r = load_series_by_marker(batch);
	if (r == 0 && batch->is_thorough)
		r = load_member_references(batch);
	return r == 0 ? load_series(batch) : r;
}

int batch_load_circles(struct batch *batch)
{
	struct keys all, own, of_items;
	int r;

	keys_init(&all);
	keys_init(&own);
	keys_init(&of_items);
	collect_keys(batch, &all, &own, &of_items);
	r = of_items.msgids->len > 0 ? load_members(batch, &of_items) : 0;
	keys_done(&all);
	keys_done(&own);
	keys_done(&of_items);
	return r;
}

int batch_load(struct batch *batch)
{
	struct pg_result *waiting;
	struct keys all, own, of_items;
	int r = begin(batch, &waiting);

	if (r == 0)
		r = add_messages(batch, waiting);
	if (r != 0 || world_messages(batch->world)->len == 0)
		return r;
	keys_init(&all);
	keys_init(&own);
	keys_init(&of_items);
	r = load_all(batch, &all, &own, &of_items);
	keys_done(&all);
	keys_done(&own);
	keys_done(&of_items);
	return r;
}
