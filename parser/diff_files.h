/*
 * diff_files - the paths that a diff changes, and the blobs that its `index` lines name
 *
 * The lines of a hunk are counted as in split.c, so none of them is taken for a file's header.
 */
#ifndef PARSER_DIFF_FILES_H
#define PARSER_DIFF_FILES_H

#include "parser/arena.h"
#include "parser/view.h"

/* Paths of a diff beyond this many are ignored, as are blobs beyond this many. */
#define DIFF_FILES_MAX 4096

struct diff_files {
	const struct view *paths; /* without their first component, each once, in byte order */
	size_t path_count;
	const struct view *blobs; /* hexadecimal as written, each once, in byte order */
	size_t blob_count;
};

/*
 * Read a diff, which is UTF-8 or absent.
 *
 * Paths are those of the lines `--- ` and `+++ ` (up to a TAB), `rename` and `copy`, and of a line
 * `diff --git` that names one file; /dev/null is not a path.  A path that git has quoted loses the
 * quotes and keeps the escapes.  A blob has 4 to 64 digits; one of zeros only is left out.  Views
 * point into the diff, arrays are in the arena.  Returns 0 or arena_error().
 */
int diff_files_read(struct arena *arena, struct view diff, struct diff_files *ret_files);

#endif
