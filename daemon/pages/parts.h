/*
 * parts - what several pages show: tables of patches, checks, how much of a series is there
 */
#ifndef DAEMON_PAGES_PARTS_H
#define DAEMON_PAGES_PARTS_H

#include "daemon/pages/page.h"
#include "sql/pages/lists.h"
#include "sql/pages/versions.h"

/* The name of a series, or words for one that has none yet. */
struct view parts_series_name(const struct lists_series *series);

/*
 * Write how many patches of a series are there: "7/7", or "2/3 !" with what is missing as title.
 * They are `count` items of `patches` (struct lists_patch) from `first` on.
 */
void parts_completeness(struct page *page, int32_t total, const GArray *patches, guint first,
			guint count);

/* The numbers that are missing, as "2, 5"; NULL if none is.  The caller frees it. */
char *parts_missing(int32_t total, const GArray *patches, guint first, guint count);

/*
 * Write links to the other versions of a series, "v1, v2"; `versions` (struct version) may have those of
 * other series, too.  Returns whether there is any.
 */
bool parts_versions(struct page *page, struct view link_name, const GArray *versions, int32_t of,
		    const char *label);

/* Write the result of a check: "ok", "warning", "fail" or "pending". */
void parts_check_state(struct page *page, int32_t state);

/* Write the worst result of several, as a cell: "ok", "1 fail", "2 warning", "3 pending", "-". */
void parts_checks_cell(struct page *page, const int32_t counts[CHECK_COUNT]);

/* Write header cells for the tags, or a patch's counts. */
void parts_tag_heads(struct page *page, const GArray *tags);
void parts_tag_cells(struct page *page, const GArray *tags, const int32_t *counts);

enum parts_table {
	PARTS_OF_SERIES, /* without what all patches of a series have in common */
	PARTS_OF_LIST,
};

void parts_patch_table(struct page *page, const struct lists_patches *patches,
		       enum parts_table kind);

#endif
