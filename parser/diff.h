/*
 * diff - the patch hash, and the files that a diff changes
 */
#ifndef PARSER_DIFF_H
#define PARSER_DIFF_H

#include "parser/arena.h"
#include "parser/view.h"

#define DIFF_HASH_CHARS 40

/* The hash of a diff without text, such as one of binary files or modes; many patches share it. */
#define DIFF_HASH_OF_NOTHING "da39a3ee5e6b4b0d3255bfef95601890afd80709"

/*
 * Compute the hash by which Patchwork's clients identify a patch: SHA-1, in lower-case hex, of the
 * diff without the parts that change when it is sent again (line numbers, a/ and b/, git's
 * headers).  `ret_hash` ends in NUL.  Returns 0 or arena_error().
 */
int diff_hash(struct arena *arena, struct view diff, char ret_hash[DIFF_HASH_CHARS + 1]);

/*
 * Take the next file name off *rest, which is the diff at first: from a line `--- ` or `+++ `,
 * without its first path component; /dev/null is skipped.  Returns false at the end of the diff.
 */
bool diff_next_file(struct view *rest, struct view *ret_file);

/* A path without its first component, as `patch -p1` reads it; empty if it has only one. */
struct view diff_strip_component(struct view path);

#endif
