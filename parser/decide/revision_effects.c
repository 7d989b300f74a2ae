/* revision_effects - effects of a chain of series on their patches; see revision_effects.h */
#include "parser/decide/revision_effects.h"

#include <glib.h>
#include <stdlib.h>

#include "parser/diff.h"

/* The patches of one series. */
struct span {
	struct chain_patch *items;
	size_t count;
};

/* Patches are in the order of the ids of series. */
static size_t first_from(const struct chain_patch *patches, size_t count, int32_t series_id)
{
	size_t from = 0, to = count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (patches[middle].series_id < series_id)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static struct span patches_of(struct chain_patch *patches, size_t count, int32_t series_id)
{
	size_t from = first_from(patches, count, series_id), to = from;

	while (to < count && patches[to].series_id == series_id)
		to++;
	return (struct span){ patches + from, to - from };
}

/* ---- pairs */

static bool has_same_hash(const struct chain_patch *a, const struct chain_patch *b)
{
	return a->hash.len > 0 && !view_eq(a->hash, VIEW(DIFF_HASH_OF_NOTHING)) &&
	       view_eq(a->hash, b->hash);
}

static bool has_same_title(const struct chain_patch *a, const struct chain_patch *b)
{
	return a->title.len > 0 && view_eq(a->title, b->title);
}

/*
 * While patches are paired, the group of a patch is an earlier patch that it is connected with, or
 * itself.  Returns the first of all.
 */
static size_t first_of_group(struct chain_patch *patches, size_t i)
{
	for (; patches[i].group != i; i = patches[i].group)
		patches[i].group = patches[patches[i].group].group;
	return i;
}

static void join(struct chain_patch *patches, size_t a, size_t b)
{
	a = first_of_group(patches, a);
	b = first_of_group(patches, b);
	patches[MAX(a, b)].group = MIN(a, b);
}

/* The patches of two series that are paired. */
struct pairing {
	struct chain_patch *all;
	struct span newer, older;
	bool *is_taken; /* of the newer patches, then of the older ones */
};

static void take(struct pairing *p, size_t newer, size_t older)
{
	p->is_taken[newer] = true;
	p->is_taken[p->newer.count + older] = true;
	join(p->all, (size_t)(&p->newer.items[newer] - p->all),
	     (size_t)(&p->older.items[older] - p->all));
}

static void pair_same(struct pairing *p,
		      bool (*is_same)(const struct chain_patch *, const struct chain_patch *))
{
	for (size_t i = 0; i < p->newer.count; i++)
		for (size_t k = 0; k < p->older.count && !p->is_taken[i]; k++)
			if (!p->is_taken[p->newer.count + k] &&
			    is_same(&p->newer.items[i], &p->older.items[k]))
				take(p, i, k);
}

/* The share of all files that both have, in thousandths. */
static size_t likeness(const struct chain_patch *a, const struct chain_patch *b)
{
	size_t common = revision_common_keys(a->files, b->files);

	return common > 0 ? 1000 * common / (a->files.count + b->files.count - common) : 0;
}

/* The most similar older patch, unless two are equally similar; older.count: none. */
static size_t most_alike(const struct pairing *p, size_t newer)
{
	size_t best = p->older.count, best_likeness = 0;

	for (size_t k = 0; k < p->older.count; k++) {
		size_t like = p->is_taken[p->newer.count + k]
				      ? 0
				      : likeness(&p->newer.items[newer], &p->older.items[k]);

		if (like > best_likeness) {
			best = k;
			best_likeness = like;
		} else if (like == best_likeness) {
			best = p->older.count;
		}
	}
	return best;
}

static void pair_alike(struct pairing *p)
{
	for (size_t i = 0; i < p->newer.count; i++) {
		size_t k = p->is_taken[i] ? p->older.count : most_alike(p, i);

		if (k < p->older.count)
			take(p, i, k);
	}
}

static void pair(struct chain_patch *patches, struct span newer, struct span older)
{
	bool is_taken[2 * CHAIN_PATCHES_MAX] = { false };
	struct pairing p = { patches, newer, older, is_taken };

	if (newer.count > CHAIN_PATCHES_MAX || older.count > CHAIN_PATCHES_MAX)
		return;
	pair_same(&p, has_same_hash);
	pair_same(&p, has_same_title);
	pair_alike(&p);
}

void chain_group(const struct chain_member *members, size_t member_count,
		 struct chain_patch *patches, size_t patch_count)
{
	for (size_t i = 0; i < patch_count; i++)
		patches[i].group = i;
	for (size_t i = 0; i < member_count; i++)
		if (members[i].previous_id != 0)
			pair(patches, patches_of(patches, patch_count, members[i].id),
			     patches_of(patches, patch_count, members[i].previous_id));
	for (size_t i = 0; i < patch_count; i++)
		patches[i].group = first_of_group(patches, i);
}

/* ---- superseded patches */

#define NO_MEMBER SIZE_MAX

/* The members of a chain and their patches, by index. */
struct chain {
	const struct chain_member *members;
	size_t member_count;
	struct chain_patch *patches;
	size_t patch_count;
	GHashTable *by_id; /* id of a member to its index plus 1 */
	size_t *previous;  /* of each member; NO_MEMBER: none */
	size_t *series;    /* of each patch: its member */
};

static size_t find_member(const struct chain *chain, int32_t id)
{
	size_t found = GPOINTER_TO_SIZE(g_hash_table_lookup(chain->by_id, GINT_TO_POINTER(id)));

	return found > 0 ? found - 1 : NO_MEMBER;
}

static void chain_init(struct chain *chain)
{
	chain->by_id = g_hash_table_new(NULL, NULL);
	chain->previous = g_new(size_t, chain->member_count);
	chain->series = g_new(size_t, chain->patch_count);
	for (size_t i = 0; i < chain->member_count; i++)
		g_hash_table_insert(chain->by_id, GINT_TO_POINTER(chain->members[i].id),
				    GSIZE_TO_POINTER(i + 1));
	for (size_t i = 0; i < chain->member_count; i++)
		chain->previous[i] = find_member(chain, chain->members[i].previous_id);
	for (size_t i = 0; i < chain->patch_count; i++)
		chain->series[i] = find_member(chain, chain->patches[i].series_id);
}

static void chain_done(struct chain *chain)
{
	g_hash_table_destroy(chain->by_id);
	g_free(chain->previous);
	g_free(chain->series);
}

static bool has_effect(const struct chain_member *member, bool is_partial)
{
	return member->is_ready && member->is_partial == is_partial;
}

static int compare_dates(const void *a, const void *b)
{
	const struct chain_member *x = *(const struct chain_member *const *)a;
	const struct chain_member *y = *(const struct chain_member *const *)b;

	return (x->date < y->date) - (x->date > y->date);
}

/* Mark members if a whole version with a higher number does not have an earlier date. */
static void mark_lower(const struct chain *chain, bool *is_outdated)
{
	const struct chain_member **latest =
		g_new(const struct chain_member *, chain->member_count);
	const struct chain_member *highest = NULL;
	size_t next = 0;

	for (size_t i = 0; i < chain->member_count; i++)
		latest[i] = &chain->members[i];
	qsort(latest, chain->member_count, sizeof(*latest), compare_dates);
	for (size_t i = 0; i < chain->member_count; i++) {
		for (; next < chain->member_count && latest[next]->date >= latest[i]->date; next++)
			if (has_effect(latest[next], false) &&
			    (highest == NULL ||
			     revision_version_compare(latest[next]->version, highest->version) > 0))
				highest = latest[next];
		if (highest != NULL &&
		    revision_version_compare(highest->version, latest[i]->version) > 0)
			is_outdated[latest[i] - chain->members] = true;
	}
	g_free(latest);
}

/* Mark the predecessors of whole versions, and those of these; nothing else may be marked yet. */
static void mark_predecessors(const struct chain *chain, bool *is_outdated)
{
	for (size_t i = 0; i < chain->member_count; i++) {
		size_t older =
			has_effect(&chain->members[i], false) ? chain->previous[i] : NO_MEMBER;

		for (; older != NO_MEMBER && !is_outdated[older]; older = chain->previous[older])
			is_outdated[older] = true;
	}
}

/*
 * The same for a part of a version, `newer`: mark patches that are in a group with one of its
 * patches.  `followed` has, for each member, the index plus 1 of the last part of which it is a
 * predecessor, and `groups`, for each group, of the last part that has a patch in it.
 */
static void mark_paired(const struct chain *chain, size_t newer, size_t *followed, size_t *groups)
{
	const struct chain_member *part = &chain->members[newer];

	for (size_t i = chain->previous[newer]; i != NO_MEMBER && followed[i] != newer + 1;
	     i = chain->previous[i])
		followed[i] = newer + 1;
	for (size_t i = 0; i < chain->patch_count; i++)
		if (chain->series[i] == newer)
			groups[chain->patches[i].group] = newer + 1;
	for (size_t i = 0; i < chain->patch_count; i++) {
		const struct chain_member *own =
			chain->series[i] != NO_MEMBER ? &chain->members[chain->series[i]] : part;

		if (groups[chain->patches[i].group] == newer + 1 && own != part &&
		    part->date >= own->date &&
		    (followed[chain->series[i]] == newer + 1 ||
		     revision_version_compare(part->version, own->version) > 0))
			chain->patches[i].is_superseded = true;
	}
}

static void supersede_whole(const struct chain *chain)
{
	bool *is_outdated = g_new0(bool, chain->member_count);

	mark_predecessors(chain, is_outdated);
	mark_lower(chain, is_outdated);
	for (size_t i = 0; i < chain->patch_count; i++)
		chain->patches[i].is_superseded =
			chain->series[i] != NO_MEMBER && is_outdated[chain->series[i]];
	g_free(is_outdated);
}

static void supersede_paired(const struct chain *chain)
{
	size_t *followed = g_new0(size_t, chain->member_count);
	size_t *groups = g_new0(size_t, chain->patch_count);

	for (size_t i = 0; i < chain->member_count; i++)
		if (has_effect(&chain->members[i], true))
			mark_paired(chain, i, followed, groups);
	g_free(followed);
	g_free(groups);
}

static void replace_by_commits(const struct chain *chain)
{
	bool *has_commit = g_new0(bool, chain->patch_count);

	for (size_t i = 0; i < chain->patch_count; i++)
		if (chain->patches[i].is_committed)
			has_commit[chain->patches[i].group] = true;
	for (size_t i = 0; i < chain->patch_count; i++)
		chain->patches[i].is_replaced =
			!chain->patches[i].is_committed && has_commit[chain->patches[i].group];
	g_free(has_commit);
}

void chain_supersede(const struct chain_member *members, size_t member_count,
		     struct chain_patch *patches, size_t patch_count)
{
	struct chain chain = { .members = members,
			       .member_count = member_count,
			       .patches = patches,
			       .patch_count = patch_count };

	chain_init(&chain);
	supersede_whole(&chain);
	supersede_paired(&chain);
	replace_by_commits(&chain);
	chain_done(&chain);
}
