/*
 * commit - what a commit says of the patch that it was
 *
 * A commit's author and message are as foreign as mail, and so is what a program made of them.
 */
#ifndef PARSER_COMMIT_H
#define PARSER_COMMIT_H

#include <stdint.h>

#include "parser/arena.h"
#include "parser/diff.h"
#include "parser/sender.h"
#include "parser/view.h"

/* Message ids beyond this many are passed over. */
#define COMMIT_MSGIDS_MAX 32

struct commit {
	struct view id; /* its name in git: 40 or 64 hexadecimal digits */
	struct address author;
	int64_t author_date; /* seconds since 1970, UTC */
	struct view subject;
	struct view title;                     /* of the subject (title.h) */
	struct view msgids[COMMIT_MSGIDS_MAX]; /* that trailers name, with brackets */
	size_t msgid_count;
	char hash[DIFF_HASH_CHARS + 1]; /* of its diff; empty: there is nothing to go by */
};

/*
 * Read a commit's message, which is UTF-8, into subject, title and message ids.
 *
 * The subject is all lines of the first paragraph, as git has it.  Message ids are what lines
 * `Link:`, `Message-ID:` and `Lore:` hold, case ignored: in angle brackets, alone, or as a segment
 * of an address' path, where percent-encoding is undone.  Returns 0 or arena_error().
 */
int commit_read_message(struct arena *arena, struct view message, struct commit *commit);

/*
 * The hash of a commit's diff, and an empty one where nothing of the diff is hashed: so it is with
 * binary files, modes and renames, and all of these would be the same.  Returns 0 or arena_error().
 */
int commit_read_diff(struct arena *arena, struct view diff, struct commit *commit);

/* Who the first lines of a mail's text say that the patch is from (`From: ...`); false: nobody. */
bool commit_in_body_from(struct arena *arena, struct view content, struct address *ret_from);

#endif
