/*
 * revision - the previous version of a series (its predecessor)
 *
 * A pure function over a series and its possible predecessors: series of the same project with an
 * earlier date and a lower version. A series may also be sent again by one person, with the same
 * title and some common files: with the same version, or with version 1 after any version, as after
 * an RFC. The first of these rules that finds a series decides:
 *   1. change-id: both series have the same change-id, by any persons
 *   2. link: the text has the message id of the first message of the older series
 *   3. reply: the first message refers to a message of the older series
 *   4. title: both series have the same title
 *   5. patches: half of the patches of the smaller series have titles that both series have
 *   6. hash: one patch has the same diff
 *   7. files: nearly the same files, and words that both titles have; or nearly the same title, and
 *      some common files. If others have signed the first patch of the newer series, one of them
 *      has signed that of the older one, or more than half of the words are in both titles.
 *   8. takeover: the older series is by another person, and the newer one, with a version above 1,
 *      names it: this person has signed the first patch, or the first message is a reply, or the
 *      text has its message id. Half of the titles of patches and a file are the same; or three
 *      fifths of the files and half of the words of the title; or, with the message id in the text,
 *      a file or the title.
 * By the rules 2 to 7, both series are by the same person: the same submitter, or submitters with
 * the same name. From rule 4 on, the age of the older series is limited (REVISION_*_SECS).
 *
 * Of several series that one rule finds, the highest version is the predecessor. Of equal versions,
 * it is the one that has most in common: a file by the rule `title`, titles or diffs of patches by
 * `patches` and `hash`, words of the title by `files`; then the latest one. A series that was sent
 * again precedes if no lower version is later. So the result does not depend on the order of
 * arrival.
 *
 * Patches for different releases (`[PATCH 5.10]`, for a stable kernel) are never versions of each
 * other. One for a release and one for none are neither the same series, sent again, nor is one
 * taken over from the other.
 */
#ifndef PARSER_DECIDE_REVISION_H
#define PARSER_DECIDE_REVISION_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/arena.h"
#include "parser/view.h"

#define REVISION_TITLE_SECS   (INT64_C(400) * 86400) /* the largest age of an equal title */
#define REVISION_PATCHES_SECS (INT64_C(365) * 86400) /* of titles of patches, and of hashes */
#define REVISION_FILES_SECS   (INT64_C(120) * 86400)
#define REVISION_SOON_SECS    (INT64_C(14) * 86400) /* of nearly all files, with few words */

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

/* The version in a subject: `v5.1` is version 5, part 1. */
struct revision_version {
	int32_t major, minor;
};

/* Numbers in ascending order, without repetitions. */
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
	int64_t sender;           /* title_key() of the person's address */
	int64_t name;             /* title_key() of sender_name_words(); 0: none */
	int64_t date;             /* seconds since 1970 of the UTC clock reading */
	struct view first;        /* message id of the cover letter, or of the first patch */
	struct view title;        /* of that message (title.h); empty: none */
	struct view change_id;    /* absent or empty: none */
	const struct view *links; /* message ids of older versions in its text */
	size_t link_count;
	const struct view *refs; /* message ids that the first message refers to */
	size_t ref_count;
	struct revision_keys answered; /* ids of the series of these messages */
	struct revision_keys titles;   /* of the patches (title_key()) */
	struct revision_keys hashes;   /* of their diffs */
	struct revision_keys files;    /* of the paths in these */
	struct revision_keys signers;  /* of addresses and names of others who have signed it */
};

/* The name of a rule as it is printed; NULL for REVISION_NONE. */
const char *revision_rule_name(enum revision_rule rule);

/* The rule of that name; REVISION_NONE for any other name, or an absent view. */
enum revision_rule revision_rule_named(struct view name);

/*
 * The version of a series, and the release that it is for, from the stored name of its first
 * message and the version of its row.
 *
 * Patchwork does not read the prefix `v5.1` as a version, so its row has version 1. `v4.19` is a
 * release of a kernel, as is each number from 3 on with a second number from 4 on. A number without
 * the `v`, or beside a version, is a release, too; `5.10.y`, `5.10-stable` and `5.10.3` are 5.10.
 * Returns 0 or arena_error().
 */
int revision_read_numbers(struct arena *arena, struct view name, int32_t row_version,
			  struct revision_version *ret_version, int32_t *ret_release);

/* Less than, equal to or greater than 0 if `a` is less than, equal to or greater than `b`. */
int revision_version_compare(struct revision_version a, struct revision_version b);

/* The rule by which `older` could be the predecessor of `series`. */
enum revision_rule revision_rule_of(const struct revision *series, const struct revision *older);

/* Whether the series is a later version with signers, whose series it may have taken over. */
bool revision_may_take_over(const struct revision *series);

/* The predecessor of `series` among `candidates`, which may include `series`; NULL: none. */
const struct revision *revision_previous(const struct revision *series,
					 const struct revision *const *candidates, size_t count,
					 enum revision_rule *ret_rule);

/* Sort numbers and remove repetitions; returns the number that is left. */
size_t revision_sort_keys(int64_t *items, size_t count);

/* The number of keys that both have. */
size_t revision_common_keys(struct revision_keys a, struct revision_keys b);

#endif
