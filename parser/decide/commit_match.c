/* commit_match - which stored patch became a commit; see commit_match.h */
#include "parser/decide/commit_match.h"

#include "parser/text.h"

/*
 * The rank of a candidate: the first member that differs decides, and the larger value is better.
 */
struct rank {
	int64_t values[6];
};

static bool is_same_text(struct view a, struct view b)
{
	return a.len > 0 && b.len > 0 && text_ieq(a, b);
}

static bool is_same_person(const struct address *a, const struct address *b)
{
	return is_same_text(a->email, b->email) ||
	       is_same_text(text_trim(a->name), text_trim(b->name));
}

static bool is_authors(const struct commit *commit, const struct commit_patch *patch)
{
	return is_same_person(&commit->author, &patch->submitter) ||
	       (patch->has_from && is_same_person(&commit->author, &patch->from));
}

static bool is_same_title(const struct commit *commit, const struct commit_patch *patch)
{
	return commit->title.len > 0 && view_eq(commit->title, patch->title);
}

static bool is_in_time(const struct commit *commit, const struct commit_patch *patch)
{
	return patch->date < commit->author_date + COMMIT_NEWER_SECS &&
	       patch->date >= commit->author_date - COMMIT_OLDER_SECS;
}

/* The rule by which the candidate became the commit. */
static enum commit_rule rule_of(const struct commit *commit,
				const struct commit_candidate *candidate)
{
	const struct commit_patch *patch = candidate->patch;

	switch (candidate->found) {
	case FOUND_BY_ID:
		return COMMIT_TRAILER;
	case FOUND_BY_THREAD:
		return is_same_title(commit, patch) ? COMMIT_TRAILER : COMMIT_UNMATCHED;
	case FOUND_BY_HASH:
		return view_eq(patch->hash, view_str(commit->hash)) ? COMMIT_HASH
								    : COMMIT_UNMATCHED;
	case FOUND_BY_TITLE:
		return is_same_title(commit, patch) && is_authors(commit, patch) &&
				       is_in_time(commit, patch)
			       ? COMMIT_AUTHOR
			       : COMMIT_UNMATCHED;
	}
	return COMMIT_UNMATCHED;
}

/* A trailer may name another patch besides the commit's own, which has its title. */
static struct rank rank_of(const struct commit *commit, const struct commit_patch *patch,
			   enum commit_rule rule)
{
	return (struct rank){
		{ -(int64_t)rule, rule == COMMIT_TRAILER && is_same_title(commit, patch),
		  is_authors(commit, patch), patch->version, patch->date, patch->id }
	};
}

static bool is_better(const struct rank *a, const struct rank *b)
{
	size_t i = 0;

	while (i < 5 && a->values[i] == b->values[i])
		i++;
	return a->values[i] > b->values[i];
}

const char *commit_rule_name(enum commit_rule rule)
{
	static const char *const names[] = {
		[COMMIT_TRAILER] = "trailer",
		[COMMIT_HASH] = "hash",
		[COMMIT_AUTHOR] = "author",
	};

	return names[rule];
}

const struct commit_patch *commit_match(const struct commit *commit,
					const struct commit_candidate *candidates, size_t count,
					enum commit_rule *ret_rule)
{
	const struct commit_patch *best = NULL;
	struct rank best_rank;

	*ret_rule = COMMIT_UNMATCHED;
	for (size_t i = 0; i < count; i++) {
		enum commit_rule rule = rule_of(commit, &candidates[i]);
		struct rank rank;

		if (rule == COMMIT_UNMATCHED)
			continue;
		rank = rank_of(commit, candidates[i].patch, rule);
		if (best == NULL || is_better(&rank, &best_rank)) {
			best = candidates[i].patch;
			best_rank = rank;
			*ret_rule = rule;
		}
	}
	return best;
}

unsigned commit_changes(const struct commit_patch *patch, int32_t state_id, bool is_forced)
{
	bool has_commit = patch->commit_ref.len > 0;
	bool may_set_state = is_forced || (!has_commit && (patch->is_open || patch->state_id == 0));

	return (may_set_state && patch->state_id != state_id ? COMMIT_SETS_STATE : 0U) |
	       (has_commit ? 0U : COMMIT_SETS_REF);
}
