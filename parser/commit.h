/*
 * commit - the parts of a commit by which its patch is found
 *
 * A commit is untrusted input, as mail is: its author and message can contain anything.
 */
#ifndef PARSER_COMMIT_H
#define PARSER_COMMIT_H

#include <stdint.h>

#include "parser/arena.h"
#include "parser/diff.h"
#include "parser/sender.h"
#include "parser/view.h"

/* Message ids beyond this many are ignored. */
#define COMMIT_MSGIDS_MAX 32

struct commit {
	struct view id; /* object name in git: 40 or 64 hexadecimal digits */
	struct address author;
	int64_t author_date; /* seconds since 1970, UTC */
	struct view subject;
	struct view title;                     /* of the subject (title.h) */
	struct view msgids[COMMIT_MSGIDS_MAX]; /* named by trailers, with brackets */
	size_t msgid_count;
	char hash[DIFF_HASH_CHARS + 1]; /* of its diff; empty if nothing of it is hashed */
};

/*
 * Read a commit's message, which is UTF-8, into subject, title and message ids.
 *
 * The subject consists of all lines of the first paragraph, as in git.  Message ids are taken from
 * lines `Link:`, `Message-ID:` and `Lore:` (in any case): in angle brackets, alone, or as a segment
 * of a URL's path, where percent-encoding is undone.  Returns 0 or arena_error().
 */
int commit_read_message(struct arena *arena, struct view message, struct commit *commit);

/*
 * Compute the hash of a commit's diff.  It is empty if the diff consists of binary files, modes and
 * renames: nothing of these is hashed, so all would have the same hash.  Returns 0 or
 * arena_error().
 */
int commit_read_diff(struct arena *arena, struct view diff, struct commit *commit);

/* The author named by a `From: ...` at the beginning of a mail's text; false if there is none. */
bool commit_in_body_from(struct arena *arena, struct view content, struct address *ret_from);

#endif
