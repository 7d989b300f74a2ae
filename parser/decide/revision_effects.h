/*
 * revision_effects - effects of a chain of series on their patches
 *
 * A pure function over all series of a chain and their patches. The patches of a series and of its
 * predecessor are paired: patches with equal hashes (of a text), then with equal titles, then with
 * the most similar files. Patches that are connected by pairs are a group. A series supersedes its
 * predecessors, and series with a lower version and an earlier date, if it is complete, or so old
 * that missing patches are not expected any more; a series that is a part of a version supersedes
 * only the patches of its groups. A patch that became a commit replaces the other patches of its
 * group, older and newer ones.
 */
#ifndef PARSER_DECIDE_REVISION_EFFECTS_H
#define PARSER_DECIDE_REVISION_EFFECTS_H

#include "parser/decide/revision.h"

/* The patches of a larger series are not paired. */
#define CHAIN_PATCHES_MAX 1000

/* A series of a chain. */
struct chain_member {
	int32_t id;
	int32_t previous_id; /* 0: none */
	struct revision_version version;
	int64_t date;
	bool is_ready;   /* complete, or an hour old */
	bool is_partial; /* a part of a version */
};

/* A patch of one of these series. */
struct chain_patch {
	int32_t id;
	int32_t series_id;
	struct view title;
	struct view hash; /* empty: none */
	struct revision_keys files;
	bool is_committed;  /* it has just become a commit */
	size_t group;       /* set by chain_group(): the same for the patches of a group */
	bool is_superseded; /* set by chain_supersede(): a later version supersedes it */
	bool is_replaced;   /* set by chain_supersede(): another version has become a commit */
};

/* Set the groups of the patches, which are in the order of the ids of series, then of numbers. */
void chain_group(const struct chain_member *members, size_t member_count,
		 struct chain_patch *patches, size_t patch_count);

/* Set is_superseded and is_replaced, after chain_group(). */
void chain_supersede(const struct chain_member *members, size_t member_count,
		     struct chain_patch *patches, size_t patch_count);

#endif
