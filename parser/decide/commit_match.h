/*
 * commit_match - which stored patch became a commit, and how that changes the patch
 *
 * A pure function over a commit and the patches that a lookup found for it.  The first rule that
 * finds a patch decides:
 *   1. a trailer names the message id of the patch; or it names another message of its thread, and
 *      the patch has the commit's title
 *   2. the diffs have the same hash
 *   3. author and title are the same, and the patch is neither much older nor newer than the commit
 * Of several patches, one by the commit's author is preferred, then the latest version, then the
 * latest date.
 */
#ifndef PARSER_DECIDE_COMMIT_MATCH_H
#define PARSER_DECIDE_COMMIT_MATCH_H

#include "parser/commit.h"

/* For rule 3 a patch may be this much newer than the commit's author date, or this much older. */
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
	bool has_from; /* the text begins with a `From: ...`: */
	struct address from;
	int64_t date; /* seconds since 1970, UTC */
	int32_t version;

	int32_t state_id;  /* 0: it has none */
	struct view state; /* its slug */
	bool is_open;      /* the state requires an action (action_required) */
	struct view commit_ref;
};

/* The property of the commit by which a lookup found the patch. */
enum commit_found { FOUND_BY_ID, FOUND_BY_THREAD, FOUND_BY_HASH, FOUND_BY_TITLE };

struct commit_candidate {
	const struct commit_patch *patch;
	enum commit_found found;
};

/* The name of a rule as `patchmda commits` prints it; NULL for COMMIT_UNMATCHED. */
const char *commit_rule_name(enum commit_rule rule);

/* The candidate that became `commit`; NULL if there is none. */
const struct commit_patch *commit_match(const struct commit *commit,
					const struct commit_candidate *candidates, size_t count,
					enum commit_rule *ret_rule);

/* Changes of a patch: bits. */
enum commit_change { COMMIT_SETS_STATE = 1, COMMIT_SETS_REF = 2 };

/*
 * The changes of a patch that became a commit and is to get the state `state_id`: bits of
 * enum commit_change.
 *
 * A patch that has a commit already keeps it, and keeps its state.  A state that requires no action
 * was chosen by a person and is kept, too.  `is_forced` sets the state in any case.
 */
unsigned commit_changes(const struct commit_patch *patch, int32_t state_id, bool is_forced);

#endif
