/* list_page - the list of a project; see list_page.h */
#include "daemon/pages/list_page.h"

#include "daemon/pages/list_filter.h"
#include "daemon/pages/list_form.h"
#include "daemon/pages/list_program.h"
#include "daemon/pages/page.h"
#include "daemon/pages/parts.h"
#include "daemon/pages/url.h"
#include "parser/cleanup.h"
#include "sql/pages/front.h"
#include "sql/pages/selection.h"
#include "sql/pages/lists.h"

struct list_view {
	struct front_project project;
	GArray *states; /* struct front_state */
	struct pg_result *states_result;
	GArray *maintainers; /* struct front_maintainer */
	struct pg_result *maintainers_result;
	int32_t counts[FRONT_ALL_SERIES + 1]; /* by enum front_count */
	struct list_filter_page filter;
	struct selection selection;
	bool has_next;
	int64_t before; /* of the list that continues the last page; 0: there is none */
	GArray *series; /* struct lists_series; NULL in a list of patches */
	struct pg_result *series_result;
	struct lists_patches patches; /* the listed ones, or those of the series */
	GArray *versions;             /* struct version: of the series */
	struct pg_result *versions_result;
};

static void list_done(struct list_view *list)
{
	front_project_done(&list->project);
	if (list->states != NULL)
		g_array_unref(list->states);
	pg_result_free(list->states_result);
	if (list->maintainers != NULL)
		g_array_unref(list->maintainers);
	pg_result_free(list->maintainers_result);
	list_filter_done(&list->filter);
	selection_done(&list->selection);
	if (list->series != NULL)
		g_array_unref(list->series);
	pg_result_free(list->series_result);
	lists_patches_done(&list->patches);
	if (list->versions != NULL)
		g_array_unref(list->versions);
	pg_result_free(list->versions_result);
}

/* ---- reading */

static int find_ids(struct app_worker *worker, struct list_view *list)
{
	const struct selection_filter *filter = &list->filter.filter;
	struct selection *selection = &list->selection;
	int r = 0;

	if (list->filter.is_empty)
		selection->ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	else if (list->filter.is_of_patches)
		r = selection_patches(worker->pg, filter, selection);
	else
		r = selection_series(worker->pg, filter, selection);
	if (r != 0)
		return r;
	list->has_next = selection->ids->len > LIST_PAGE_ROWS;
	if (list->has_next && list->filter.number == LIST_FILTER_PAGE_MAX)
		r = selection_further(worker->pg, filter, selection, list->filter.is_of_patches,
				      &list->before);
	if (list->has_next)
		g_array_set_size(selection->ids, LIST_PAGE_ROWS);
	return r;
}

static int read_rows(struct app_worker *worker, struct list_view *list)
{
	const GArray *ids;
	int r = find_ids(worker, list);

	if (r != 0)
		return r;
	ids = list->selection.ids;
	if (list->filter.is_of_patches)
		return lists_patches(worker->pg, ids, worker->time_zone, &list->patches);
	r = lists_series(worker->pg, ids, worker->time_zone, &list->series, &list->series_result);
	if (r == 0)
		r = versions_of(worker->pg, ids, worker->time_zone, &list->versions,
				&list->versions_result);
	return r == 0 ? lists_patch_names(worker->pg, ids, &list->patches) : r;
}

static int read_list(struct app_worker *worker, const struct http_request *request,
		     const struct route_match *match, struct list_view *list)
{
	int r = front_find(worker->pg, match->captures[0], &list->project);

	if (r != 0 || list->project.id == 0)
		return r;
	r = front_states(worker->pg, &list->states, &list->states_result);
	if (r == 0)
		r = front_maintainers(worker->pg, list->project.id, &list->maintainers,
				      &list->maintainers_result);
	for (int i = FRONT_OPEN; i <= FRONT_ALL_SERIES && r == 0; i++)
		r = page_front_count(worker, list->project.id, (enum front_count)i,
				     &list->counts[i]);
	if (r == 0)
		r = list_filter_read(worker, request, &list->project, list->states, "",
				     LIST_PAGE_ROWS, &list->filter);
	return r == 0 ? read_rows(worker, list) : r;
}

/* ---- rows of series */

/* The patches of a series, for its row. */
struct summary {
	guint first, count; /* indexes of list->patches.rows */
	struct view state;  /* absent: the patches have several states */
	bool is_mixed;
};

static const struct lists_patch *patch_at(const struct list_view *list, guint i)
{
	return &g_array_index(list->patches.rows, struct lists_patch, i);
}

static void add_patch(struct summary *summary, const struct lists_patch *patch)
{
	if (summary->count == 0)
		summary->state = patch->state;
	else
		summary->is_mixed |= !view_eq(summary->state, patch->state);
	summary->count++;
}

/* Patches are sorted by series; the table maps each series to its first row. */
static GHashTable *find_first_rows(const struct list_view *list)
{
	GHashTable *first = g_hash_table_new(NULL, NULL);

	for (guint i = list->patches.rows->len; i-- > 0;)
		g_hash_table_insert(first, GINT_TO_POINTER(patch_at(list, i)->series_id),
				    GUINT_TO_POINTER(i + 1));
	return first;
}

static struct summary summarise(const struct list_view *list, GHashTable *first_rows, int32_t id)
{
	guint first = GPOINTER_TO_UINT(g_hash_table_lookup(first_rows, GINT_TO_POINTER(id)));
	struct summary summary = { .first = first > 0 ? first - 1 : 0 };

	if (first == 0)
		return summary;
	for (guint i = first - 1; i < list->patches.rows->len && patch_at(list, i)->series_id == id;
	     i++)
		add_patch(&summary, patch_at(list, i));
	return summary;
}

static void write_patches(struct page *page, const struct list_view *list,
			  const struct summary *summary, int32_t series_id)
{
	struct html *html = &page->html;
	g_autofree char *series_url = url_series(list->project.link_name, series_id);
	guint shown = MIN(summary->count, LIST_PAGE_SERIES_PATCHES_MAX);

	html_put(html, "<ul>");
	for (guint i = summary->first; i < summary->first + shown; i++) {
		const struct lists_patch *patch = patch_at(list, i);
		g_autofree char *url = url_of_mail(patch->project, URL_PATCH, patch->msgid, "");

		html_put(html, "<li>");
		html_link_text(html, url, patch->name);
		if (summary->is_mixed) {
			html_put(html, " ");
			html_text(html, patch->state);
		}
		html_put(html, "</li>");
	}
	if (shown < summary->count) {
		html_put(html, "<li>");
		html_link(html, series_url);
		html_put(html, "and ");
		html_int(html, summary->count - shown);
		html_put(html, " more</a></li>");
	}
	html_put(html, "</ul>");
}

/* Write the patches and the other versions, folded. */
static void write_folded(struct page *page, const struct list_view *list,
			 const struct lists_series *series, const struct summary *summary)
{
	guint versions = parts_version_count(list->versions, series->id);
	struct html *html = &page->html;

	if (summary->count < 2 && versions == 0)
		return;
	html_put(html, " <details><summary>");
	if (summary->count > 1) {
		html_int(html, summary->count);
		html_put(html, " patches");
	}
	if (summary->count > 1 && versions > 0)
		html_put(html, ", ");
	if (versions > 0) {
		html_int(html, versions);
		html_str(html, versions == 1 ? " other version" : " other versions");
	}
	html_put(html, "</summary>");
	if (summary->count > 1)
		write_patches(page, list, summary, series->id);
	if (versions > 0) {
		html_put(html, "<p>");
		parts_versions(page, list->project.link_name, list->versions, series->id,
			       "Other versions: ");
		html_put(html, "</p>");
	}
	html_put(html, "</details>");
}

static char *name_key(const struct lists_series *series)
{
	return g_strdup_printf("%d.%d %.*s", series->version, series->minor, (int)series->name.len,
			       series->name.ptr != NULL ? series->name.ptr : "");
}

/* The names and versions of the series, each with the number of rows. */
static GHashTable *count_names(const struct list_view *list)
{
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < list->series->len; i++) {
		char *key = name_key(&g_array_index(list->series, struct lists_series, i));
		guint count = GPOINTER_TO_UINT(g_hash_table_lookup(names, key));

		g_hash_table_insert(names, key, GUINT_TO_POINTER(count + 1));
	}
	return names;
}

/* A series has its date if another row has the same name and version. */
static void write_twin(struct page *page, GHashTable *names, const struct lists_series *series)
{
	g_autofree char *key = name_key(series);

	if (GPOINTER_TO_UINT(g_hash_table_lookup(names, key)) < 2)
		return;
	html_put(&page->html, " of ");
	html_time(&page->html, series->clock);
}

static void write_title(struct page *page, const struct list_view *list,
			const struct lists_series *series, const struct summary *summary,
			GHashTable *names)
{
	struct html *html = &page->html;
	g_autofree char *url = url_series(list->project.link_name, series->id);
	bool is_nameless = html_is_blank(series->name) && summary->count > 0;

	/* A series has its name from the cover letter or the first patch. */
	html_put(html, "<th scope=\"row\">");
	html_link(html, url);
	html_bdi(html, is_nameless ? html_name(patch_at(list, summary->first)->name)
				   : parts_series_name(series));
	write_twin(page, names, series);
	html_put(html, "</a>");
	parts_missing_note(page, series->total, list->patches.rows, summary->first, summary->count);
	write_folded(page, list, series, summary);
	html_put(html, "</th>");
}

static void write_series(struct page *page, const struct list_view *list,
			 const struct lists_series *series, const struct summary *summary,
			 GHashTable *names)
{
	struct html *html = &page->html;

	html_put(html, "<tr><td class=\"num\">");
	html_age(html, series->clock, page->now_secs);
	html_put(html, "</td>");
	write_title(page, list, series, summary, names);
	html_put(html, "<td>v");
	parts_number(html, series->version, series->minor);
	html_put(html, "</td><td class=\"num\" data-label=\"patches\">");
	parts_completeness(page, series->total, list->patches.rows, summary->first, summary->count);
	html_put(html, "</td>");
	parts_tag_cells(page, list->patches.tags, series->tags);
	parts_comments_cell(page, NULL, series->comments);
	parts_checks_cell(page, series->checks);
	html_put(html, "<td>");
	html_text(html, summary->is_mixed ? VIEW("mixed") : summary->state);
	html_put(html, "</td>");
	parts_by_cell(page, &series->submitter);
	html_put(html, "</tr>\n");
}

static void write_series_table(struct page *page, const struct list_view *list)
{
	g_autoptr(GHashTable) first_rows = find_first_rows(list);
	g_autoptr(GHashTable) names = count_names(list);
	struct html *html = &page->html;

	html_put(html, "<table class=\"list\"><thead><tr>");
	parts_order_head(page, "Age", "date");
	parts_order_head(page, "Series", "name");
	html_put(html, "<th scope=\"col\"><abbr title=\"Version\">V</abbr></th>"
		       "<th scope=\"col\" class=\"num\">Patches</th>");
	parts_tag_heads(page, list->patches.tags);
	html_put(
		html,
		"<th scope=\"col\" class=\"num\">Comments</th><th scope=\"col\" class=\"checks\">Checks</th>"
		"<th scope=\"col\">State</th>");
	parts_order_head(page, "By", "submitter");
	html_put(html, "</tr></thead>\n<tbody>\n");
	for (guint i = 0; i < list->series->len; i++) {
		const struct lists_series *series =
			&g_array_index(list->series, struct lists_series, i);
		struct summary summary = summarise(list, first_rows, series->id);

		write_series(page, list, series, &summary, names);
	}
	html_put(html, "</tbody></table>\n");
}

/* ---- before and after the rows */

static void write_view(struct page *page, const struct list_view *list, const char *tail,
		       const char *label, bool is_shown, enum front_count count)
{
	g_autofree char *url = url_project(list->project.link_name, tail);
	struct html *html = &page->html;

	html_put(html, "<li>");
	if (is_shown)
		html_put(html, "<strong>");
	html_link(html, url);
	html_str(html, label);
	html_put(html, "</a>");
	if (is_shown)
		html_put(html, "</strong>");
	html_put(html, " ");
	page_count(page, list->counts[count]);
	html_put(html, "</li>");
}

/* The four lists that need no form; the one that is shown is in bold. */
static void write_views(struct page *page, const struct list_view *list)
{
	bool is_open = list->filter.state[0] == '\0', is_any = g_str_equal(list->filter.state, "*");
	bool is_flat = list->filter.is_of_patches;
	struct html *html = &page->html;

	html_put(html, "<nav aria-label=\"Lists\"><ul class=\"pager\">");
	write_view(page, list, "list/", "Open series", is_open && !is_flat, FRONT_OPEN_SERIES);
	write_view(page, list, "list/?state=*", "All series", is_any && !is_flat, FRONT_ALL_SERIES);
	write_view(page, list, "list/?view=patches", "Open patches", is_open && is_flat,
		   FRONT_OPEN);
	write_view(page, list, "list/?state=*&archive=both&view=patches", "All patches",
		   is_any && is_flat && list->filter.filter.archive == SELECTION_ANY, FRONT_ALL);
	html_put(html, "</ul></nav>\n");
}

/* Write the end of a paragraph, with a link to older rows. */
static void write_further(struct page *page, int64_t before)
{
	g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, before);
	g_autofree char *query = http_query_with(page->request, "before", value);
	g_autofree char *older = g_strconcat(query, "&page=1", NULL);

	html_link(&page->html, older);
	html_put(&page->html, "Search further back</a></p>\n");
}

/* A list that was not searched to its end says so, and links to older patches. */
static void write_limits(struct page *page, const struct list_view *list)
{
	const struct selection *selection = &list->selection;
	struct html *html = &page->html;

	if (selection->is_partly_sorted) {
		html_put(html, "<p>Many match. In this order only the newest ");
		html_int(html, SELECTION_SORTED_MAX);
		html_put(html, " of them are listed.</p>\n");
	}
	if (selection->since != 0 && !list->has_next) {
		html_put(html, "<p>Few of many patches match. The list was searched back to ");
		html_time(html, selection->since);
		html_put(html, ". ");
		write_further(page, selection->since);
	}
	if (list->before != 0) {
		html_put(html, "<p>A list has ");
		html_int(html, LIST_FILTER_PAGE_MAX);
		html_put(html, " pages. ");
		write_further(page, list->before);
	}
}

static void write_empty(struct page *page, const struct list_view *list)
{
	g_autofree char *all = url_project(list->project.link_name, "list/?state=*&archive=both");

	if (list->counts[FRONT_ALL] == 0 && list->counts[FRONT_ALL_SERIES] == 0) {
		html_put(&page->html, "<p>The project has no patch yet.</p>\n");
		return;
	}
	if (list->filter.number > 1)
		html_put(&page->html, "<p>The list has no page of this number.");
	else if (list->filter.is_empty)
		html_put(&page->html, "<p>Nothing matches.");
	else if (list->filter.state[0] == '\0')
		html_put(
			&page->html,
			"<p>No open patch matches. A patch is open while its state requires action.");
	else
		html_put(&page->html, "<p>Nothing matches all filters.");
	html_put(&page->html, " ");
	html_link(&page->html, all);
	html_put(&page->html, "Show all series of the project, in any state</a></p>\n");
}

/* ---- the page */

static void write_page(struct page *page, const struct list_view *list)
{
	guint rows = list->filter.is_of_patches ? list->patches.rows->len : list->series->len;

	page->order = list->filter.filter.order;
	/* The default order of the patches of a series is no order of a column. */
	if (list->filter.filter.series != 0 && page->order[0] == '\0')
		page->order = "number";
	write_views(page, list);
	list_form_write(page, &list->filter, list->states, list->maintainers);
	parts_notes(page, list->filter.notes);
	if (rows == 0)
		write_empty(page, list);
	else if (list->filter.is_of_patches)
		parts_patch_table(page, &list->patches, PARTS_OF_LIST);
	else
		write_series_table(page, list);
	write_limits(page, list);
	parts_pager(page, list->filter.number,
		    list->has_next && list->filter.number < LIST_FILTER_PAGE_MAX, "");
	list_program_write(page, &list->filter, list->states, list->project.link_name,
			   LIST_PAGE_ROWS);
}

int list_page(struct app_worker *worker, const struct http_request *request,
	      const struct route_match *match, struct http_response *response)
{
	_cleanup_(list_done) struct list_view list = { 0 };
	g_autofree char *title = NULL;
	struct page page;
	int r = read_list(worker, request, match, &list);

	if (r != 0)
		return r;
	if (list.project.id == 0) {
		page_error(request, response, 404);
		return 0;
	}
	title = g_strdup_printf("%.*s: %s", (int)list.project.link_name.len,
				list.project.link_name.ptr,
				list.filter.is_of_patches ? "patches" : "series");
	page_begin(&page, request, response, 200, view_str(title), list.project.link_name);
	write_page(&page, &list);
	page_end(&page);
	return 0;
}
