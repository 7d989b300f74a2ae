/*
 * parts - the parts that several pages share: tables of patches, checks, completeness of a series
 */
#ifndef DAEMON_PAGES_PARTS_H
#define DAEMON_PAGES_PARTS_H

#include "daemon/pages/page.h"
#include "sql/pages/lists.h"
#include "sql/pages/versions.h"

/* The name of a series, or "(no name yet)". */
struct view parts_series_name(const struct lists_series *series);

/*
 * Write how many patches of a series have arrived: "7/7", or "2/3 !" if some are missing.  The
 * patches are `count` items of `patches` (struct lists_patch) from `first` on.
 */
void parts_completeness(struct page *page, int32_t total, const GArray *patches, guint first,
			guint count);

/* Write which of them are missing, if any: "missing: 2, 5-8". */
void parts_missing_note(struct page *page, int32_t total, const GArray *patches, guint first,
			guint count);

/* The missing numbers, as "2, 5-8"; NULL if there is none.  The caller frees it. */
char *parts_missing(int32_t total, const GArray *patches, guint first, guint count);

/* Write `id`, as a link to the URL `format` with the id in the place of {}; absent: no link. */
void parts_id(struct page *page, struct view format, struct view id);

/* Write the number of a version: "5", or "5.1" if `minor` is not 0. */
void parts_number(struct html *html, int32_t number, int32_t minor);

/*
 * Count the other versions of a series; `versions` (struct version) may include those of other
 * series.
 */
guint parts_version_count(const GArray *versions, int32_t of);

/*
 * Write the name of a version, "v2" or "v5.1"; with its date if another one of `versions`, which are
 * those of the same series, has the same number.
 */
void parts_version(struct page *page, const GArray *versions, const struct version *version);

/* Write links to the other versions of a series, "v1, v2", after `label`; nothing if there are none. */
void parts_versions(struct page *page, struct view link_name, const GArray *versions, int32_t of,
		    const char *label);

/* Write the result of a check: "ok", "warning", "fail" or "pending". */
void parts_check_state(struct page *page, int32_t state);

/* Write the worst result of several, as a cell: "ok", "1 fail", "2 warning", "3 pending", "-". */
void parts_checks_cell(struct page *page, const int32_t counts[CHECK_COUNT]);

/* Write a cell with the number of comments, which leads to them unless `url` is NULL. */
void parts_comments_cell(struct page *page, const char *url, int32_t count);

/*
 * Write the header cell of a column by which a list can be ordered, as `order` names it: it says so
 * if the list has this order.
 */
void parts_order_head(struct page *page, const char *label, const char *order);

/* Write a cell with a person, which in a list with an order leads to what this person has sent. */
void parts_by_cell(struct page *page, const struct lists_person *person);

/* Write header cells for the tags, or a patch's counts. */
void parts_tag_heads(struct page *page, const GArray *tags);
void parts_tag_cells(struct page *page, const GArray *tags, const int32_t *counts);

/*
 * Write the lines that apply patches, under a heading: `mbox` is the address of their download,
 * `msgid` what b4 finds them by, without brackets, or empty.
 */
void parts_apply(struct page *page, const char *mbox, struct view msgid);

/* Write which parameters were ignored, or match nothing: items of a list in HTML, or none. */
void parts_notes(struct page *page, const GString *notes);

enum parts_table {
	PARTS_OF_SERIES, /* without the columns that are the same for all patches of a series */
	PARTS_OF_LIST,
	PARTS_OF_PROJECTS, /* a list of patches of several projects */
};

void parts_patch_table(struct page *page, const struct lists_patches *patches,
		       enum parts_table kind);

/*
 * Write links to the pages before and after page `number`, unless it is the only one; `fragment` is
 * empty, or the place on these pages, with its #.
 */
void parts_pager(struct page *page, int64_t number, bool has_next, const char *fragment);

#endif
