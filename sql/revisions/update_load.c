/* update_load - loads possible predecessors and successors of series; see update_private.h */
#include <inttypes.h>

#include "parser/cleanup.h"
#include "sql/revisions/row.h"
#include "sql/revisions/statements.h"
#include "sql/revisions/update_private.h"

/* Lookups of one round trip. */
enum lookup { BY_PERSON, BY_CHANGE, BY_MSGID, BY_REF, BY_SERIES, BY_SENDER, BY_SIGNER, LOOKUPS };

/* A series that refers to a message, or has a link to it. */
struct source {
	struct known *known;
	bool is_ref;
};

struct lookups {
	struct pg_queue queue;
	enum lookup kinds[LOOKUPS]; /* of each query; lookups without keys are left out */
	GArray *sources;            /* struct source: of each key of BY_MSGID */
};

static struct pg_query *ask(struct lookups *lookups, enum lookup kind, const char *sql)
{
	lookups->kinds[lookups->queue.count] = kind;
	return pg_queue_add(&lookups->queue, sql);
}

/* The version that is above those of predecessors: version 5 precedes `v5.1`, too. */
static int32_t version_above(const struct revision *revision)
{
	return revision->version.major + (revision->version.minor > 0);
}

/* ---- by person */

/* The key and the filters of a lookup by person. */
struct person_key {
	int32_t project_id, person_id;
	int64_t name;
	int64_t first, last; /* dates of the series that need it */
	int32_t version;     /* lower versions may be predecessors */
	GString *titles;
};

static void free_person_key(gpointer pointer)
{
	struct person_key *key = pointer;

	g_string_free(key->titles, TRUE);
	g_free(key);
}

static guint hash_person_key(gconstpointer pointer)
{
	const struct person_key *key = pointer;

	return ((guint)key->person_id * 31 + (guint)key->project_id) * 31 +
	       g_int64_hash(&key->name);
}

static gboolean same_person_key(gconstpointer a, gconstpointer b)
{
	const struct person_key *x = a, *y = b;

	return x->person_id == y->person_id && x->project_id == y->project_id && x->name == y->name;
}

static struct person_key *person_key(GHashTable *keys, const struct revision *revision)
{
	struct person_key wanted = { .project_id = revision->project_id,
				     .person_id = revision->person_id,
				     .name = revision->name };
	struct person_key *key = g_hash_table_lookup(keys, &wanted);

	if (key != NULL)
		return key;
	key = g_new(struct person_key, 1);
	*key = wanted;
	key->first = key->last = revision->date;
	key->titles = g_string_new(NULL);
	g_hash_table_add(keys, key);
	return key;
}

static void add_person(GHashTable *keys, const struct revision *revision)
{
	struct person_key *key = person_key(keys, revision);

	key->first = MIN(key->first, revision->date);
	key->last = MAX(key->last, revision->date);
	key->version = MAX(key->version, version_above(revision));
	if (key->titles->len > 0)
		g_string_append_c(key->titles, '\n');
	g_string_append_len(key->titles, revision->title.ptr, (gssize)revision->title.len);
}

static void ask_people(struct lookups *lookups, GHashTable *keys, enum update_load purpose)
{
	g_autoptr(GArray) projects = g_array_new(FALSE, FALSE, sizeof(int32_t)),
			  people = g_array_new(FALSE, FALSE, sizeof(int32_t)),
			  names = g_array_new(FALSE, FALSE, sizeof(int64_t)),
			  since = g_array_new(FALSE, FALSE, sizeof(int64_t)),
			  until = g_array_new(FALSE, FALSE, sizeof(int64_t)),
			  firsts = g_array_new(FALSE, FALSE, sizeof(int64_t)),
			  versions = g_array_new(FALSE, FALSE, sizeof(int32_t)),
			  titles = g_array_new(FALSE, FALSE, sizeof(struct view));
	int64_t later = purpose == LOAD_FOR_CHANGED ? REVISION_TITLE_SECS : 0;
	struct pg_query *query;
	GHashTableIter iter;
	gpointer item;

	g_hash_table_iter_init(&iter, keys);
	while (g_hash_table_iter_next(&iter, &item, NULL)) {
		const struct person_key *key = item;
		int64_t from = key->first - REVISION_TITLE_SECS, to = key->last + later;
		struct view text = view_of(key->titles->str, key->titles->len);

		g_array_append_val(projects, key->project_id);
		g_array_append_val(people, key->person_id);
		g_array_append_val(names, key->name);
		g_array_append_val(since, from);
		g_array_append_val(until, to);
		g_array_append_val(firsts, key->first);
		g_array_append_val(versions, key->version);
		g_array_append_val(titles, text);
	}
	if (projects->len == 0)
		return;
	query = ask(lookups, BY_PERSON, sql_revisions_by_person);
	pg_param_ints(query, projects);
	pg_param_ints(query, people);
	pg_param_bigints(query, names);
	pg_param_bigints(query, since);
	pg_param_bigints(query, until);
	pg_param_bigints(query, firsts);
	pg_param_ints(query, versions);
	pg_param_texts(query, titles);
}

/* ---- by text: change-ids and message ids */

struct text_keys {
	GArray *projects, *texts;
};

static void text_keys_init(struct text_keys *keys)
{
	keys->projects = g_array_new(FALSE, FALSE, sizeof(int32_t));
	keys->texts = g_array_new(FALSE, FALSE, sizeof(struct view));
}

static void text_keys_add(struct text_keys *keys, int32_t project_id, struct view text)
{
	g_array_append_val(keys->projects, project_id);
	g_array_append_val(keys->texts, text);
}

/* A change-id returns all series that have it, so it is asked for once; `asked` has the former. */
static void add_change_id(struct text_keys *keys, GHashTable *asked,
			  const struct revision *revision)
{
	struct view id = revision->change_id;
	char *key = g_strdup_printf("%" PRId32 " %.*s", revision->project_id, (int)id.len, id.ptr);

	if (g_hash_table_add(asked, key))
		text_keys_add(keys, revision->project_id, id);
}

/* Add a query for the keys, if there are any, and free them. */
static void ask_texts(struct lookups *lookups, enum lookup kind, const char *sql,
		      struct text_keys *keys)
{
	if (keys->projects->len > 0) {
		struct pg_query *query = ask(lookups, kind, sql);

		pg_param_ints(query, keys->projects);
		pg_param_texts(query, keys->texts);
	}
	g_array_unref(keys->projects);
	g_array_unref(keys->texts);
}

static void add_named(struct lookups *lookups, struct text_keys *keys, struct known *known)
{
	const struct revision *revision = &known->revision;
	const struct source link = { known, false }, ref = { known, true };

	for (size_t i = 0; i < revision->link_count; i++) {
		text_keys_add(keys, revision->project_id, revision->links[i]);
		g_array_append_val(lookups->sources, link);
	}
	for (size_t i = 0; i < revision->ref_count; i++) {
		text_keys_add(keys, revision->project_id, revision->refs[i]);
		g_array_append_val(lookups->sources, ref);
	}
}

static void ask_named(struct lookups *lookups, const GPtrArray *list, enum update_load purpose)
{
	g_autoptr(GHashTable) asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct text_keys changes, named, own;

	text_keys_init(&changes);
	text_keys_init(&named);
	text_keys_init(&own);
	for (guint i = 0; i < list->len; i++) {
		struct known *known = list->pdata[i];
		const struct revision *revision = &known->revision;

		if (known->is_changed && known->facts == NULL)
			continue;
		if (revision->change_id.len > 0)
			add_change_id(&changes, asked, revision);
		add_named(lookups, &named, known);
		for (size_t k = 0; purpose == LOAD_FOR_CHANGED && k < known->facts->msgid_count;
		     k++)
			text_keys_add(&own, revision->project_id, known->facts->msgids[k]);
	}
	ask_texts(lookups, BY_CHANGE, sql_revisions_by_change, &changes);
	ask_texts(lookups, BY_MSGID, sql_revisions_by_msgid, &named);
	ask_texts(lookups, BY_REF, sql_revisions_by_ref, &own);
}

/* Read the rows of the series, and the rows that have them as predecessors. */
static void ask_series(struct lookups *lookups, const GPtrArray *list)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));

	for (guint i = 0; i < list->len; i++) {
		const struct known *known = list->pdata[i];

		if (known->is_changed && !known->is_new)
			g_array_append_val(ids, known->revision.series_id);
	}
	if (ids->len > 0)
		pg_param_ints(ask(lookups, BY_SERIES, sql_revisions_by_series), ids);
}

/* ---- by address or name: series that one person may have taken over from another */

struct address_key {
	int32_t project_id;
	int64_t address;     /* or name */
	int64_t first, last; /* dates of the series that need it */
	int32_t version;     /* lower versions may be predecessors */
};

static guint hash_address_key(gconstpointer pointer)
{
	const struct address_key *key = pointer;

	return g_int64_hash(&key->address) * 31 + (guint)key->project_id;
}

static gboolean same_address_key(gconstpointer a, gconstpointer b)
{
	const struct address_key *x = a, *y = b;

	return x->address == y->address && x->project_id == y->project_id;
}

static GHashTable *new_address_keys(void)
{
	return g_hash_table_new_full(hash_address_key, same_address_key, g_free, NULL);
}

static void add_address(GHashTable *keys, const struct revision *revision, int64_t address)
{
	struct address_key wanted = { revision->project_id, address, revision->date, revision->date,
				      version_above(revision) };
	struct address_key *key = g_hash_table_lookup(keys, &wanted);

	if (key == NULL) {
		g_hash_table_add(keys, g_memdup2(&wanted, sizeof(wanted)));
		return;
	}
	key->first = MIN(key->first, wanted.first);
	key->last = MAX(key->last, wanted.last);
	key->version = MAX(key->version, wanted.version);
}

static void ask_addresses(struct lookups *lookups, enum lookup kind, GHashTable *keys)
{
	bool is_by_sender = kind == BY_SENDER;
	int64_t before = is_by_sender ? REVISION_PATCHES_SECS : 0;
	int64_t later = is_by_sender ? 0 : REVISION_PATCHES_SECS;
	g_autoptr(GArray) projects = g_array_new(FALSE, FALSE, sizeof(int32_t)),
			  addresses = g_array_new(FALSE, FALSE, sizeof(int64_t)),
			  since = g_array_new(FALSE, FALSE, sizeof(int64_t)),
			  until = g_array_new(FALSE, FALSE, sizeof(int64_t)),
			  versions = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct pg_query *query;
	GHashTableIter iter;
	gpointer item;

	g_hash_table_iter_init(&iter, keys);
	while (g_hash_table_iter_next(&iter, &item, NULL)) {
		const struct address_key *key = item;
		int64_t from = key->first - before, to = key->last + later;

		g_array_append_val(projects, key->project_id);
		g_array_append_val(addresses, key->address);
		g_array_append_val(since, from);
		g_array_append_val(until, to);
		g_array_append_val(versions, key->version);
	}
	if (projects->len == 0)
		return;
	query = ask(lookups, kind,
		    is_by_sender ? sql_revisions_by_sender : sql_revisions_by_signer);
	pg_param_ints(query, projects);
	pg_param_bigints(query, addresses);
	pg_param_bigints(query, since);
	pg_param_bigints(query, until);
	if (is_by_sender)
		pg_param_ints(query, versions);
}

static void add_sender(GHashTable *keys, const struct revision *revision)
{
	add_address(keys, revision, revision->sender);
	if (revision->name != 0)
		add_address(keys, revision, revision->name);
}

static void ask_takeovers(struct lookups *lookups, const GPtrArray *list, enum update_load purpose)
{
	g_autoptr(GHashTable) senders = new_address_keys(), signers = new_address_keys();

	for (guint i = 0; i < list->len; i++) {
		const struct known *known = list->pdata[i];
		const struct revision *revision = &known->revision;

		if (known->is_changed && known->facts == NULL)
			continue;
		if (purpose == LOAD_FOR_CHANGED)
			add_sender(signers, revision);
		for (size_t k = 0; revision_may_take_over(revision) && k < revision->signers.count;
		     k++)
			add_address(senders, revision, revision->signers.items[k]);
	}
	ask_addresses(lookups, BY_SENDER, senders);
	ask_addresses(lookups, BY_SIGNER, signers);
}

/* ---- all lookups */

static void ask_all(struct lookups *lookups, const GPtrArray *list, enum update_load purpose)
{
	GHashTable *people =
		g_hash_table_new_full(hash_person_key, same_person_key, free_person_key, NULL);

	for (guint i = 0; i < list->len; i++) {
		const struct known *known = list->pdata[i];

		if (!known->is_changed || known->facts != NULL)
			add_person(people, &known->revision);
	}
	ask_people(lookups, people, purpose);
	ask_named(lookups, list, purpose);
	ask_series(lookups, list);
	ask_takeovers(lookups, list, purpose);
	g_hash_table_destroy(people);
}

/* ---- results */

static int take_row(struct update *update, const struct pg_result *result, int row,
		    enum lookup kind)
{
	int32_t id = pg_int(result, row, ROW_SERIES);
	struct known *known = update_find(update, id);
	bool is_new = known == NULL;
	struct revision *to;

	if (is_new)
		known = update_add(update, id);
	known->is_naming = known->is_naming || (kind == BY_REF && !known->is_changed);
	if (!is_new && !(known->is_changed && known->stored.series_id == 0))
		return 0;
	to = known->is_changed ? &known->stored : &known->revision;
	return row_read(update->arena, result, row, to, &known->previous_id, &known->rule);
}

static void take_answer(const struct lookups *lookups, const struct pg_result *result, int row)
{
	int key = pg_int(result, row, ROW_KEY) - 1;
	const struct source *source = &g_array_index(lookups->sources, struct source, key);
	struct known *known = source->known;
	GArray **list = source->is_ref ? &known->answered : &known->linked;
	int64_t id = pg_int(result, row, ROW_SERIES);

	if (*list == NULL)
		*list = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_array_append_val(*list, id);
}

static int take(struct update *update, const struct lookups *lookups, size_t which,
		const struct pg_result *result)
{
	enum lookup kind = lookups->kinds[which];
	int r = 0;

	for (int row = 0; r == 0 && row < pg_rows(result); row++) {
		if (kind == BY_MSGID)
			take_answer(lookups, result, row);
		if (row_is_there(result, row))
			r = take_row(update, result, row, kind);
	}
	return r;
}

int update_load(struct update *update, const GPtrArray *list, enum update_load purpose)
{
	struct lookups lookups = { .sources = g_array_new(FALSE, FALSE, sizeof(struct source)) };
	struct pg_result *results[LOOKUPS];
	int r;

	ask_all(&lookups, list, purpose);
	r = pg_run_queue(update->pg, &lookups.queue, results);
	for (size_t i = 0; r == 0 && i < lookups.queue.count; i++)
		g_ptr_array_add(update->results, results[i]);
	for (size_t i = 0; r == 0 && i < lookups.queue.count; i++)
		r = take(update, &lookups, i, results[i]);
	g_array_unref(lookups.sources);
	return r;
}
