/* write_revisions - which series is the next version of which, of the changed ones; see write.h */
#include "parser/cleanup.h"
#include "sql/batch/batch.h"
#include "sql/batch/write.h"
#include "sql/revisions/effects.h"
#include "sql/revisions/patch_files.h"
#include "sql/revisions/update.h"

static int write_files(struct batch *batch)
{
	const GPtrArray *items = workset_items(batch->workset);
	struct pg_copy copy;

	patch_files_copy_begin(&copy, batch->pg);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];
		const struct submission *s;

		if (!item->is_new || item->kind != ITEM_PATCH)
			continue;
		s = item->message->submission;
		if (s->diff.ptr != NULL)
			patch_files_copy(&copy, item->id, &s->files);
	}
	return pg_copy_end(&copy);
}

/* ---- series that changed */

static bool is_recorded(const struct batch *batch, const struct series *series)
{
	const struct project *project = catalog_project(batch->catalog, series->project_id);

	return project != NULL && project->revisions != REVISIONS_OFF;
}

static void add_series(const struct batch *batch, GHashTable *changed, struct series *series)
{
	if (series != NULL && series->id != 0 && !series->is_replaced && is_recorded(batch, series))
		g_hash_table_add(changed, series);
}

static GHashTable *find_changed(const struct batch *batch)
{
	const GPtrArray *items = workset_items(batch->workset),
			*all = workset_series(batch->workset);
	GHashTable *changed = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		if (!item->is_new && !is_regrouped(item))
			continue;
		add_series(batch, changed, item->series);
		add_series(batch, changed, item->stored_series);
	}
	for (guint i = 0; i < all->len; i++) {
		struct series *series = all->pdata[i];

		if (series->is_new || series->is_gone || is_changed_series(series) ||
		    (series->replaces != NULL && series->members_changed))
			add_series(batch, changed, series);
	}
	return changed;
}

/* ---- facts of new series, all mails of which are in the batch */

static struct facts_mail mail_of(const struct item *item)
{
	const struct submission *s = item->message->submission;
	struct facts_mail mail = { .msgid = s->msgid,
				   .name = s->name,
				   .title = s->title,
				   .from = s->from_text,
				   .content = s->content,
				   .refs = item->refs,
				   .ref_count = item->ref_count,
				   .is_cover = item->kind == ITEM_COVER };

	if (item->is_new && item->kind == ITEM_PATCH) {
		mail.hash = s->diff.ptr != NULL ? view_str(s->hash) : (struct view){ 0 };
		mail.paths = s->files.paths;
		mail.path_count = s->files.path_count;
	}
	return mail;
}

static gint compare_numbers(gconstpointer a, gconstpointer b)
{
	const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;

	return (x->number > y->number) - (x->number < y->number);
}

static bool is_all_new(const struct series *series)
{
	if (!series->is_new || (series->cover != NULL && series->cover->message == NULL))
		return false;
	for (guint i = 0; i < series->patches->len; i++)
		if (((struct item *)series->patches->pdata[i])->message == NULL)
			return false;
	return series->cover != NULL || series->patches->len > 0;
}

static int read_facts(struct batch *batch, const struct series *series,
		      const struct facts **ret_facts)
{
	g_autoptr(GArray) mails = g_array_new(FALSE, FALSE, sizeof(struct facts_mail));
	g_autoptr(GPtrArray) patches = g_ptr_array_new();
	const struct facts_series row = {
		series->id,      series->project_id, series->person->id,
		series->version, series->date,       series->person->email
	};
	struct facts *facts = arena_alloc(batch->arena, sizeof(*facts));
	struct facts_mail mail;

	if (facts == NULL)
		return arena_error(batch->arena);
	if (series->cover != NULL) {
		mail = mail_of(series->cover);
		g_array_append_val(mails, mail);
	}
	g_ptr_array_extend(patches, series->patches, NULL, NULL);
	g_ptr_array_sort(patches, compare_numbers);
	for (guint i = 0; i < patches->len; i++) {
		mail = mail_of(patches->pdata[i]);
		g_array_append_val(mails, mail);
	}
	*ret_facts = facts;
	return facts_read(batch->arena, &row, (const struct facts_mail *)(const void *)mails->data,
			  mails->len, facts);
}

/* ---- all of it */

int write_facts(struct batch *batch)
{
	g_autoptr(GHashTable) changed = find_changed(batch);
	GHashTableIter iter;
	gpointer item;
	int r = 0;

	g_hash_table_iter_init(&iter, changed);
	while (r == 0 && g_hash_table_iter_next(&iter, &item, NULL)) {
		const struct series *series = item;
		struct revisions_change change = { series->id, series->is_new, NULL };

		if (is_all_new(series))
			r = read_facts(batch, series, &change.facts);
		g_array_append_val(batch->revisions, change);
	}
	return r;
}

/* Whether more than the record is wanted in one of the batch's projects. */
static bool has_effects(const struct batch *batch)
{
	const GPtrArray *projects = catalog_projects(batch->catalog);

	for (guint i = 0; i < projects->len; i++)
		if (((struct project *)projects->pdata[i])->revisions > REVISIONS_RECORD)
			return true;
	return false;
}

static int update(struct batch *batch)
{
	struct revisions_result result;
	size_t patches = 0;
	int r;

	if (batch->revisions->len == 0)
		return 0;
	r = revisions_update(batch->pg, batch->revisions, &result);
	if (r != 0)
		return r;
	if (has_effects(batch))
		r = effects_apply(batch->pg, result.chains, &patches);
	g_array_unref(result.chains);
	return r;
}

int write_revisions(struct batch *batch)
{
	int r = write_files(batch);

	return r == 0 ? update(batch) : r;
}
