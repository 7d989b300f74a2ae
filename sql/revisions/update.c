/* update - finds the predecessors of series that changed; see update.h */
#include "sql/revisions/update.h"

#include <errno.h>

#include "parser/cleanup.h"
#include "sql/revisions/mails.h"
#include "sql/revisions/update_private.h"

/* ---- facts about the changed series */

static void take_facts(struct known *known, const struct facts *facts)
{
	known->facts = facts;
	known->revision = facts->revision;
}

static int take_changes(struct update *update, const GArray *changes)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	g_autoptr(GPtrArray) read = NULL;
	int r;

	for (guint i = 0; i < changes->len; i++) {
		const struct revisions_change *change =
			&g_array_index(changes, struct revisions_change, i);
		struct known *known = update_add(update, change->series_id);

		known->is_changed = true;
		known->is_new = change->is_new;
		known->is_all_new = change->is_new && change->facts != NULL;
		g_ptr_array_add(update->changed, known);
		if (change->facts != NULL)
			take_facts(known, change->facts);
		else
			g_array_append_val(ids, change->series_id);
	}
	r = mails_read_facts(update->pg, update->arena, ids, update->results, &read);
	for (guint i = 0; r == 0 && i < read->len; i++) {
		const struct facts *facts = read->pdata[i];

		take_facts(update_find(update, facts->revision.series_id), facts);
	}
	return r;
}

/* ---- candidates */

static bool is_there(const struct known *known)
{
	return !known->is_changed || known->facts != NULL;
}

/* Returns whether the table has kept the key; otherwise it has an equal one. */
static bool add_to(GHashTable *table, gpointer key, struct known *known)
{
	GPtrArray *list = g_hash_table_lookup(table, key);
	bool is_new = list == NULL;

	if (is_new) {
		list = g_ptr_array_new();
		g_hash_table_insert(table, key, list);
	}
	g_ptr_array_add(list, known);
	return is_new;
}

static char *copy_of_change(const struct known *known)
{
	const struct view *change = &known->revision.change_id;

	return change->len > 0 ? g_strndup(change->ptr, change->len) : NULL;
}

static void add_to_address(GHashTable *table, int64_t address, struct known *known)
{
	int64_t *key = g_memdup2(&address, sizeof(address));

	if (!add_to(table, key, known))
		g_free(key);
}

/*
 * Index the series by what versions of one series share: a person, a name, a change-id, or a person
 * who has signed what another one had sent.
 */
static void index_all(struct update *update)
{
	for (; update->indexed < update->all->len; update->indexed++) {
		struct known *known = update->all->pdata[update->indexed];
		const struct revision *revision = &known->revision;
		g_autofree char *change = copy_of_change(known);

		if (!is_there(known))
			continue;
		add_to(update->by_person, GINT_TO_POINTER(revision->person_id), known);
		if (change != NULL && add_to(update->by_change, change, known))
			change = NULL;
		add_to_address(update->by_sender, revision->sender, known);
		if (revision->name != 0)
			add_to_address(update->by_name, revision->name, known);
		for (size_t i = 0; revision_may_take_over(revision) && i < revision->signers.count;
		     i++)
			add_to_address(update->by_signer, revision->signers.items[i], known);
	}
}

static const GPtrArray *with_change(const struct update *update, const struct known *known)
{
	g_autofree char *change = copy_of_change(known);

	return change != NULL ? g_hash_table_lookup(update->by_change, change) : NULL;
}

static const GPtrArray *with_person(const struct update *update, const struct known *known)
{
	return g_hash_table_lookup(update->by_person, GINT_TO_POINTER(known->revision.person_id));
}

/* Those of one name, also by the person itself. */
static const GPtrArray *with_name(const struct update *update, const struct known *known)
{
	return known->revision.name != 0
		       ? g_hash_table_lookup(update->by_name, &known->revision.name)
		       : NULL;
}

static bool is_namesake(const struct known *a, const struct known *b)
{
	return a->revision.person_id != b->revision.person_id;
}

/* ---- stored series that changed series may precede */

static void affect(struct update *update, struct known *known)
{
	if (known->is_changed || known->is_affected)
		return;
	known->is_affected = true;
	g_ptr_array_add(update->affected, known);
}

static void affect_if_later(struct update *update, struct known *known, const struct known *older)
{
	if (!known->is_changed && !known->is_affected &&
	    revision_rule_of(&known->revision, &older->revision) != REVISION_NONE)
		affect(update, known);
}

static void affect_later(struct update *update, const GPtrArray *list, const struct known *older)
{
	for (guint i = 0; list != NULL && i < list->len; i++)
		affect_if_later(update, list->pdata[i], older);
}

/* The series of other persons with the same name. */
static void affect_namesakes(struct update *update, const struct known *older)
{
	const GPtrArray *list = with_name(update, older);

	for (guint i = 0; list != NULL && i < list->len; i++)
		if (is_namesake(list->pdata[i], older))
			affect_if_later(update, list->pdata[i], older);
}

static void find_affected(struct update *update)
{
	for (guint i = 0; i < update->all->len; i++) {
		struct known *known = update->all->pdata[i];
		const struct known *previous =
			known->previous_id != 0 ? update_find(update, known->previous_id) : NULL;

		if (known->is_naming || (previous != NULL && previous->is_changed))
			affect(update, known);
	}
	for (guint i = 0; i < update->changed->len; i++) {
		const struct known *older = update->changed->pdata[i];

		if (!is_there(older))
			continue;
		affect_later(update, with_person(update, older), older);
		affect_namesakes(update, older);
		affect_later(update, with_change(update, older), older);
		affect_later(update,
			     g_hash_table_lookup(update->by_signer, &older->revision.sender),
			     older);
		affect_later(update, g_hash_table_lookup(update->by_signer, &older->revision.name),
			     older);
	}
}

/* ---- the decision */

static void add_candidates(GPtrArray *candidates, const GPtrArray *list)
{
	for (guint i = 0; list != NULL && i < list->len; i++)
		g_ptr_array_add(candidates, &((struct known *)list->pdata[i])->revision);
}

/* The series of other persons with the same name. */
static void add_namesakes(const struct update *update, const struct known *known,
			  GPtrArray *candidates)
{
	const GPtrArray *list = with_name(update, known);

	for (guint i = 0; list != NULL && i < list->len; i++) {
		struct known *other = list->pdata[i];

		if (is_namesake(other, known))
			g_ptr_array_add(candidates, &other->revision);
	}
}

static void add_series(const struct update *update, const GArray *ids, GPtrArray *candidates)
{
	for (guint i = 0; ids != NULL && i < ids->len; i++) {
		struct known *known = update_find(update, (int32_t)g_array_index(ids, int64_t, i));

		if (known != NULL && is_there(known))
			g_ptr_array_add(candidates, &known->revision);
	}
}

/* The series of those who have signed this one, or to which it refers. */
static void add_takeovers(const struct update *update, const struct known *known,
			  GPtrArray *candidates)
{
	struct revision_keys signers = known->revision.signers;

	for (size_t i = 0; revision_may_take_over(&known->revision) && i < signers.count; i++) {
		const int64_t *key = &signers.items[i];

		add_candidates(candidates, g_hash_table_lookup(update->by_sender, key));
		add_candidates(candidates, g_hash_table_lookup(update->by_name, key));
	}
	add_series(update, known->answered, candidates);
	add_series(update, known->linked, candidates);
}

static void decide_one(struct update *update, struct known *known)
{
	g_autoptr(GPtrArray) candidates = g_ptr_array_new();
	const struct revision *previous = NULL;

	known->new_rule = REVISION_NONE;
	if (known->answered != NULL)
		known->revision.answered = (struct revision_keys){
			(const int64_t *)(const void *)known->answered->data,
			revision_sort_keys((int64_t *)(void *)known->answered->data,
					   known->answered->len)
		};
	if (is_there(known)) {
		add_candidates(candidates, with_person(update, known));
		add_namesakes(update, known, candidates);
		add_candidates(candidates, with_change(update, known));
		add_takeovers(update, known, candidates);
		previous = revision_previous(
			&known->revision,
			(const struct revision *const *)(const void *)candidates->pdata,
			candidates->len, &known->new_rule);
	}
	known->new_previous_id = previous != NULL ? previous->series_id : 0;
}

static void decide_list(struct update *update, const GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++)
		decide_one(update, list->pdata[i]);
}

/* ---- the result */

static bool has_new_link(const struct known *known)
{
	return known->new_previous_id != known->previous_id || known->new_rule != known->rule;
}

/*
 * Its chain has other series or patches than before.  A new series alone is no chain, but it may
 * have taken the patches of one.
 */
static bool is_reported(const struct known *known)
{
	return has_new_link(known) || (known->is_changed && !known->is_all_new);
}

/* ---- one series of each chain: series that are connected have the same root */

static int32_t root_of(GHashTable *roots, int32_t id)
{
	gpointer above;

	while (g_hash_table_lookup_extended(roots, GINT_TO_POINTER(id), NULL, &above)) {
		gpointer next = g_hash_table_lookup(roots, above);

		if (next != NULL)
			g_hash_table_insert(roots, GINT_TO_POINTER(id), next);
		id = GPOINTER_TO_INT(above);
	}
	return id;
}

static void connect_series(GHashTable *roots, int32_t a, int32_t b)
{
	a = root_of(roots, a);
	b = root_of(roots, b);
	if (a != b)
		g_hash_table_insert(roots, GINT_TO_POINTER(a), GINT_TO_POINTER(b));
}

static int32_t current_previous(const struct known *known)
{
	return known->is_changed || known->is_affected ? known->new_previous_id
						       : known->previous_id;
}

/* The roots of known series; a series that is its own root is not in the table. */
static GHashTable *connect_all(const struct update *update)
{
	GHashTable *roots = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < update->all->len; i++) {
		const struct known *known = update->all->pdata[i];

		if (current_previous(known) != 0)
			connect_series(roots, known->revision.series_id, current_previous(known));
	}
	return roots;
}

static void add_chain(GHashTable *roots, GHashTable *added, int32_t id, GArray *chains)
{
	if (g_hash_table_add(added, GINT_TO_POINTER(root_of(roots, id))))
		g_array_append_val(chains, id);
}

static struct revisions_result report(const struct update *update)
{
	struct revisions_result result = { 0, g_array_new(FALSE, FALSE, sizeof(int32_t)) };
	g_autoptr(GHashTable) roots = connect_all(update), added = g_hash_table_new(NULL, NULL);
	const GPtrArray *lists[] = { update->changed, update->affected };

	for (size_t l = 0; l < G_N_ELEMENTS(lists); l++)
		for (guint i = 0; i < lists[l]->len; i++) {
			const struct known *known = lists[l]->pdata[i];

			result.changed += has_new_link(known);
			if (!is_reported(known))
				continue;
			add_chain(roots, added, known->revision.series_id, result.chains);
			if (known->previous_id != 0 && known->previous_id != known->new_previous_id)
				add_chain(roots, added, known->previous_id, result.chains);
		}
	return result;
}

static int run(struct update *update, const GArray *changes)
{
	int r = take_changes(update, changes);

	if (r == 0)
		r = update_load(update, update->changed, LOAD_FOR_CHANGED);
	if (r != 0)
		return r;
	index_all(update);
	find_affected(update);
	if (update->affected->len > 0)
		r = update_load(update, update->affected, LOAD_FOR_AFFECTED);
	if (r != 0)
		return r;
	index_all(update);
	decide_list(update, update->changed);
	decide_list(update, update->affected);
	return update_write(update);
}

int revisions_update(struct pg *pg, const GArray *changes, struct revisions_result *ret_result)
{
	struct update update;
	int r;

	if (!update_begin(&update, pg))
		r = -ENOMEM;
	else
		r = run(&update, changes);
	if (r == 0)
		*ret_result = report(&update);
	update_end(&update);
	return r;
}
