/*
 * revision_effects - what follows from a chain of series for their patches
 *
 * A pure function over all series of a chain and their patches.  The patches of a series and of
 * its predecessor pair up: equal hashes, otherwise equal titles, otherwise the one that is most
 * alike in files.  Patches that are connected by pairs are a group.  A series that is complete, or
 * old enough that the rest will not come, supersedes the older versions; one that is a part of a
 * version supersedes only the patches of its groups.  A patch that became a commit replaces the
 * others of its group, older and newer ones.
 */
#ifndef PARSER_DECIDE_REVISION_EFFECTS_H
#define PARSER_DECIDE_REVISION_EFFECTS_H

#include "parser/decide/revision.h"

/* A series with more patches takes part in no pairs. */
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

/* A patch of one of these. */
struct chain_patch {
	int32_t id;
	int32_t series_id;
	struct view title;
	struct view hash; /* empty: none */
	struct revision_keys files;
	bool is_committed;  /* it has just become a commit */
	size_t group;       /* set by chain_group(): the same for the patches of a group */
	bool is_superseded; /* set by chain_supersede(): a later version supersedes it, */
	bool is_replaced;   /* or another version has become a commit */
};

/* Set the groups of the patches, which are in the order of their series' ids, then numbers. */
void chain_group(const struct chain_member *members, size_t member_count,
		 struct chain_patch *patches, size_t patch_count);

/* Set which patches are superseded, after chain_group(). */
void chain_supersede(const struct chain_member *members, size_t member_count,
		     struct chain_patch *patches, size_t patch_count);

#endif
