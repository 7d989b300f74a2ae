/* revision_effects - effects of a chain of series on their patches; see revision_effects.h */
#include "parser/decide/revision_effects.h"

#include "parser/diff.h"

/* The patches of one series. */
struct span {
	struct chain_patch *items;
	size_t count;
};

static struct span patches_of(struct chain_patch *patches, size_t count, int32_t series_id)
{
	size_t from = 0, to;

	while (from < count && patches[from].series_id != series_id)
		from++;
	for (to = from; to < count && patches[to].series_id == series_id;)
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

/* The group of a patch is the first patch that it is connected with. */
static void join(struct chain_patch *patches, size_t count, size_t a, size_t b)
{
	size_t to = a < b ? a : b, from = a < b ? b : a;

	for (size_t i = 0; a != b && i < count; i++)
		if (patches[i].group == from)
			patches[i].group = to;
}

/* The patches of two series that are paired. */
struct pairing {
	struct chain_patch *all;
	size_t all_count;
	struct span newer, older;
	bool *is_taken; /* of the newer patches, then of the older ones */
};

static void take(struct pairing *p, size_t newer, size_t older)
{
	p->is_taken[newer] = true;
	p->is_taken[p->newer.count + older] = true;
	join(p->all, p->all_count, p->newer.items[newer].group, p->older.items[older].group);
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

static void pair(struct chain_patch *patches, size_t count, struct span newer, struct span older)
{
	bool is_taken[2 * CHAIN_PATCHES_MAX] = { false };
	struct pairing p = { patches, count, newer, older, is_taken };

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
			pair(patches, patch_count, patches_of(patches, patch_count, members[i].id),
			     patches_of(patches, patch_count, members[i].previous_id));
}

/* ---- superseded patches */

static const struct chain_member *find_member(const struct chain_member *members, size_t count,
					      int32_t id)
{
	for (size_t i = 0; i < count; i++)
		if (members[i].id == id)
			return &members[i];
	return NULL;
}

/* Whether `older` is a predecessor of `series`, or of one of its predecessors. */
static bool descends(const struct chain_member *members, size_t count,
		     const struct chain_member *series, const struct chain_member *older)
{
	/* Each predecessor has an earlier date, so the loop ends. */
	while (series != NULL && series->id != older->id)
		series = find_member(members, count, series->previous_id);
	return series != NULL;
}

static bool is_later(const struct chain_member *members, size_t count,
		     const struct chain_member *series, const struct chain_member *older)
{
	int order = revision_version_compare(series->version, older->version);

	if (series == older || series->date < older->date)
		return false;
	return order > 0 || descends(members, count, series, older);
}

static bool has_group(const struct chain_patch *patches, size_t count, int32_t series_id,
		      size_t group)
{
	for (size_t i = 0; i < count; i++)
		if (patches[i].series_id == series_id && patches[i].group == group)
			return true;
	return false;
}

static bool has_commit(const struct chain_patch *patches, size_t count, size_t group)
{
	for (size_t i = 0; i < count; i++)
		if (patches[i].is_committed && patches[i].group == group)
			return true;
	return false;
}

void chain_supersede(const struct chain_member *members, size_t member_count,
		     struct chain_patch *patches, size_t patch_count)
{
	for (size_t i = 0; i < patch_count; i++) {
		struct chain_patch *patch = &patches[i];
		const struct chain_member *own =
			find_member(members, member_count, patch->series_id);

		patch->is_replaced =
			!patch->is_committed && has_commit(patches, patch_count, patch->group);
		patch->is_superseded = false;
		for (size_t k = 0; own != NULL && k < member_count && !patch->is_superseded; k++)
			patch->is_superseded =
				members[k].is_ready &&
				is_later(members, member_count, &members[k], own) &&
				(!members[k].is_partial ||
				 has_group(patches, patch_count, members[k].id, patch->group));
	}
}
