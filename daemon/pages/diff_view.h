/*
 * diff_view - a diff as a list of its files, and each file as lines with anchors
 *
 * Line N of the diff has the anchor lN, file N the anchor fN; both count from 1.  Text before
 * the first file, and text that is not a unified diff, is shown unchanged.
 */
#ifndef DAEMON_PAGES_DIFF_VIEW_H
#define DAEMON_PAGES_DIFF_VIEW_H

#include "daemon/pages/html.h"

/* Limits of a diff and of a line; a page leaves out the rest and says so. */
#define DIFF_VIEW_LINES_MAX      20000
#define DIFF_VIEW_LINE_BYTES_MAX 2000

/* Limit of the files that are listed; the page says how many others there are. */
#define DIFF_VIEW_FILES_MAX 5000

/* Files that begin after this line of the diff are folded. */
#define DIFF_VIEW_OPEN_LINES_MAX 5000

/* A file of a diff. */
struct diff_file {
	struct view name;  /* without a/ or b/, and without the quotes of git */
	bool is_quoted;    /* the name has the escapes that git writes between quotes */
	struct view lines; /* from its first line on */
	size_t first_line; /* the number of that line in the diff, from 1 */
	int32_t added, removed;
};

/* Find the files (struct diff_file); *ret_before is the text before the first one. */
GArray *diff_view_files(struct view diff, struct view *ret_before);

/* Write the diff; `raw_url` is the address of its download. */
void diff_view_write(struct html *html, struct view diff, const char *raw_url);

#endif
