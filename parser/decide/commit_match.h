/*
 * commit_match - which stored patch a commit was, and what that changes
 *
 * A pure function over a commit and the patches that a look-up found for it.  The first of these
 * rules that finds one decides:
 *   1. a trailer names a patch's message id; or another message of its thread, and the patch has
 *      the commit's title
 *   2. the diffs have the same hash
 *   3. the author and the title are the same, and the patch is not much older and no newer
 * Of several the author's is taken, then the latest version, then the latest.
 */
#ifndef PARSER_COMMIT_MATCH_H
#define PARSER_COMMIT_MATCH_H

#include "parser/commit.h"

/* How much newer than the commit's author date a patch may be for rule 3, and how much older. */
#define COMMIT_NEWER_SECS INT64_C(86400)
#define COMMIT_OLDER_SECS (INT64_C(400) * 86400)

enum commit_rule { COMMIT_UNMATCHED, COMMIT_TRAILER, COMMIT_HASH, COMMIT_AUTHOR };

/* A stored patch. */
struct commit_patch {
	int32_t id;
	int32_t project_id;
	struct view msgid;
	struct view name;
	struct view title; /* of the name (title.h) */
	struct view hash;
	struct address submitter;
	bool has_from; /* the text says who it is from: */
	struct address from;
	int64_t date; /* seconds since 1970, UTC */
	int32_t version;

	int32_t state_id;  /* 0: it has none */
	struct view state; /* its slug */
	bool is_open;      /* the state asks for somebody to act */
	struct view commit_ref;
};

/* How a look-up came from the commit to the patch. */
enum commit_found { FOUND_BY_ID, FOUND_BY_THREAD, FOUND_BY_HASH, FOUND_BY_TITLE };

struct commit_candidate {
	const struct commit_patch *patch;
	enum commit_found found;
};

/* The name of a rule as `patchmda commits` prints it; NULL for COMMIT_UNMATCHED. */
const char *commit_rule_name(enum commit_rule rule);

/* The patch that `commit` was, of these candidates; NULL: none. */
const struct commit_patch *commit_match(const struct commit *commit,
					const struct commit_candidate *candidates, size_t count,
					enum commit_rule *ret_rule);

/* What becomes of the patch: bits. */
enum commit_change { COMMIT_SETS_STATE = 1, COMMIT_SETS_REF = 2 };

/*
 * What is set of a patch that became a commit, where it is to have the state `state_id`.
 *
 * A patch that has a commit keeps it, and its state.  A state that asks for nobody to act was
 * chosen, and stays.  `is_forced` sets the state all the same.
 */
unsigned commit_changes(const struct commit_patch *patch, int32_t state_id, bool is_forced);

#endif
