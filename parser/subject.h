/*
 * subject - the bracketed prefixes of a patch mail's Subject
 *
 * The grammar is that of git-format-patch(1), Mercurial's `[PATCH 1 of 3]` and variants seen on
 * lists; tests/corpus has an example of each.
 */
#ifndef PARSER_SUBJECT_H
#define PARSER_SUBJECT_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * Prefixes beyond this many are ignored (FLAW_TOO_MANY_PREFIXES); a name of 255 characters cannot
 * contain more.
 */
#define SUBJECT_PREFIXES_MAX 256

#define SUBJECT_NUMBER_MAX  INT16_MAX /* of a message in its series */
#define SUBJECT_TOTAL_MAX   INT32_MAX /* of messages in a series */
#define SUBJECT_VERSION_MAX INT32_MAX /* a larger one counts as none (FLAW_NUMBER_RANGE) */

struct subject {
	bool is_reply;     /* starts with `Re:` or `Re ` */
	bool is_forwarded; /* starts with `Fw` or `Fwd` likewise */
	bool has_marker;   /* `3/7` or `3 of 7`: number and total */
	int32_t number;
	int32_t total;
	int32_t version; /* 1 if none is given */
	const struct view *prefixes;
	size_t prefix_count;
	struct view title; /* the text after the brackets */
	struct view name;  /* `[p1,p2] title`, or the title alone; not cut */
};

/*
 * Read a decoded and folded Subject.  The prefixes `patch` and `link_name` (the project's, which
 * may be empty) are dropped, in any case.  Sets RULE_GLUED_VERSION and RULE_INNER_BRACKETS.
 * Returns 0 or arena_error().
 */
int subject_read(struct arena *arena, struct view text, struct view link_name,
		 struct subject *ret_subject, unsigned *flaws);

/*
 * The prefixes of a stored name as Patchwork's REST interface lists them: the words of each bracket
 * at its beginning, except `PATCH`.  A bracket ends at the first `]`; words are separated by commas
 * and white space.  Views point into a copy in the arena.  Returns 0 or arena_error().
 */
int subject_name_prefixes(struct arena *arena, struct view name, const struct view **ret_prefixes,
			  size_t *ret_count);

/* Whether a decoded and folded Subject is that of a reply; the same as is_reply. */
bool subject_is_reply(struct view text);

#endif
