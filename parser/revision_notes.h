/*
 * revision_notes - what a cover letter or a first patch says of its series and of older versions
 *
 * b4 writes `change-id:`, `base-commit:` and `prerequisite-...:` lines, git format-patch --base the
 * latter two; people write links to older versions as they like.
 */
#ifndef PARSER_REVISION_NOTES_H
#define PARSER_REVISION_NOTES_H

#include "parser/arena.h"
#include "parser/view.h"

/* Links of a text beyond this many are ignored, as are prerequisites. */
#define REVISION_LINKS_MAX         32
#define REVISION_PREREQUISITES_MAX 256

/* A link counts in a line that introduces an older version, and in this many lines after it. */
#define REVISION_NEAR_LINES 2

struct revision_notes {
	struct view change_id;    /* of the last such line; absent if there is none */
	struct view base_commit;  /* the same; hexadecimal */
	const struct view *links; /* ids, with brackets, that the text calls older versions */
	size_t link_count;
	const struct view *prerequisites; /* `change-id ID`, `message-id <ID>` or `patch-id ID` */
	size_t prerequisite_count;
};

/*
 * Read the content of a cover letter or patch, which is UTF-8 or absent.
 *
 * A link is a URL that has a message id as a segment, where the line or one of the
 * REVISION_NEAR_LINES before it has one of the words v1, v2 ..., version, previous, supersedes,
 * link to, changes since, changelog; or a line `Supersedes: <ID>`.  From a line with based,
 * rebased, depends, dependency, prerequisite or another form of these words, links do not count
 * until the next line that has one of the former.  Views point into the content or the arena.
 * Returns 0 or arena_error().
 */
int revision_notes_read(struct arena *arena, struct view content, struct revision_notes *ret_notes);

#endif
