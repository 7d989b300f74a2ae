/*
 * revision - which series is the next version of which
 *
 * A pure function over a series and those that could be its predecessor: older series of the same
 * project, with a lower version or, where a series was sent again, the same version, person and title.
 * The first of these rules that finds one decides:
 *   1. change-id: both have the same (whoever sent them)
 *   2. link: the text names the message id of the older one's first message
 *   3. reply: the first message refers to a message of the older one
 *   4. title: the same
 *   5. patches: half of the patches' titles of the smaller one
 *   6. hash: one patch has the same diff
 *   7. files: nearly the same files, and titles that share words; or nearly the same title, and some files
 *   8. takeover: another person has signed the first patch of a version above 1, and at least half of the
 *      patches' titles and a file are the same; or three fifths of the files, and half of the title's words
 * From 2 to 7 both are by the same person; from 4 on the older one is not older than a year or so.  Of
 * several the highest version counts, then the latest, so the outcome does not depend on their order.
 *
 * A patch for a release (`[PATCH 5.10]`, to a stable kernel) is no version of one for another release.
 */
#ifndef PARSER_DECIDE_REVISION_H
#define PARSER_DECIDE_REVISION_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/arena.h"
#include "parser/view.h"

#define REVISION_TITLE_SECS   (INT64_C(400) * 86400) /* the title may be this old */
#define REVISION_PATCHES_SECS (INT64_C(365) * 86400) /* patches' titles and hashes */
#define REVISION_FILES_SECS   (INT64_C(120) * 86400)
#define REVISION_SOON_SECS    (INT64_C(14) * 86400) /* for nearly all files, and few words */

enum revision_rule {
	REVISION_NONE,
	REVISION_CHANGE_ID,
	REVISION_LINK,
	REVISION_REPLY,
	REVISION_TITLE,
	REVISION_PATCHES,
	REVISION_HASH,
	REVISION_FILES,
	REVISION_TAKEOVER,
};

/* A version as the subject tells it: `v5.1` is version 5, part 1. */
struct revision_version {
	int32_t major, minor;
};

/* Numbers, ascending, each once. */
struct revision_keys {
	const int64_t *items;
	size_t count;
};

/* The facts about a series that the rules use. */
struct revision {
	int32_t series_id;
	int32_t project_id;
	int32_t person_id;
	struct revision_version version;
	int32_t release;          /* of a prefix `5.10` this is 5010; 0: none */
	int64_t sender;           /* key of the person's address, as those of titles */
	int64_t date;             /* seconds since 1970 of the UTC clock reading */
	struct view first;        /* message id of the cover letter, else of the first patch */
	struct view title;        /* of that message (title.h); empty: none */
	struct view change_id;    /* absent or empty: none */
	const struct view *links; /* message ids that its text calls older versions */
	size_t link_count;
	const struct view *refs; /* message ids that the first message refers to */
	size_t ref_count;
	struct revision_keys answered; /* ids of the series that these are messages of */
	struct revision_keys titles;   /* of the patches (title_key()) */
	struct revision_keys hashes;   /* of their diffs */
	struct revision_keys files;    /* of the paths in these */
	struct revision_keys signers;  /* of addresses of others who have signed the first patch */
};

/* The name of a rule as it is printed; NULL for REVISION_NONE. */
const char *revision_rule_name(enum revision_rule rule);

/* The rule of that name; REVISION_NONE for another one, or an absent view. */
enum revision_rule revision_rule_named(struct view name);

/*
 * The version of a series, and the release that it is for, from the stored name of its first
 * message and the version of its row.
 *
 * A prefix `v5.1` is no version for Patchwork, so the row then has 1.  But `v4.19` is a release of
 * a kernel, as is any number from 3 on with a second number from 4 on.  A number without the `v`,
 * or beside a version, is a release, too; `5.10.y`, `5.10-stable` and `5.10.3` are 5.10.
 * Returns 0 or arena_error().
 */
int revision_read_numbers(struct arena *arena, struct view name, int32_t row_version,
			  struct revision_version *ret_version, int32_t *ret_release);

/* Less than, equal to or greater than 0, as `a` is older than, the same as or newer than `b`. */
int revision_version_compare(struct revision_version a, struct revision_version b);

/* The rule by which `older` could be the predecessor of `series`. */
enum revision_rule revision_rule_of(const struct revision *series, const struct revision *older);

/* Whether a later version has signers: those whose series it may have taken over. */
bool revision_may_take_over(const struct revision *series);

/* The predecessor of `series` among `candidates`, which may include `series`; NULL: none. */
const struct revision *revision_previous(const struct revision *series,
					 const struct revision *const *candidates, size_t count,
					 enum revision_rule *ret_rule);

/* Sort numbers and remove repeated ones; returns how many are left. */
size_t revision_sort_keys(int64_t *items, size_t count);

/* How many keys both have. */
size_t revision_common_keys(struct revision_keys a, struct revision_keys b);

#endif
