/* parts - the parts that several pages share; see parts.h */
#include "daemon/pages/parts.h"

#include "daemon/pages/url.h"

/* Limit of the missing numbers that are listed; further ones are counted. */
#define MISSING_NAMED_MAX 10

/* Missing numbers are not listed for a series that claims to have more patches. */
#define MISSING_TOTAL_MAX 10000

/* ---- series */

struct view parts_series_name(const struct lists_series *series)
{
	return series->name.len > 0 ? series->name : VIEW("(no name yet)");
}

char *parts_missing(int32_t total, const GArray *patches, guint first, guint count)
{
	GString *text = g_string_new(NULL);
	int32_t last = MIN(total, MISSING_TOTAL_MAX), named = 0, others = 0;
	guint i = first;

	for (int32_t number = 1; number <= last; number++) {
		while (i < first + count &&
		       g_array_index(patches, struct lists_patch, i).number < number)
			i++;
		if (i < first + count &&
		    g_array_index(patches, struct lists_patch, i).number == number)
			continue;
		if (named == MISSING_NAMED_MAX) {
			others++;
			continue;
		}
		g_string_append_printf(text, "%s%d", named > 0 ? ", " : "", number);
		named++;
	}
	if (others > 0)
		g_string_append_printf(text, " and %d more", others);
	return g_string_free(text, text->len == 0);
}

void parts_completeness(struct page *page, int32_t total, const GArray *patches, guint first,
			guint count)
{
	struct html *html = &page->html;
	g_autofree char *missing = parts_missing(total, patches, first, count);

	if (missing != NULL)
		html_put(html, "<strong class=\"warn\">");
	html_int(html, count);
	if (total > 0) {
		html_put(html, "/");
		html_int(html, total);
	}
	if (missing != NULL) {
		html_put(html, "&nbsp;!</strong> <small class=\"warn\">missing: ");
		html_str(html, missing);
		html_put(html, "</small>");
	}
}

static bool is_other(const struct version *version, int32_t of)
{
	return version->of == of && version->series_id != of;
}

guint parts_version_count(const GArray *versions, int32_t of)
{
	guint count = 0;

	for (guint i = 0; i < versions->len; i++)
		count += is_other(&g_array_index(versions, struct version, i), of);
	return count;
}

void parts_versions(struct page *page, struct view link_name, const GArray *versions, int32_t of,
		    const char *label)
{
	struct html *html = &page->html;
	bool is_any = false;

	for (guint i = 0; i < versions->len; i++) {
		const struct version *version = &g_array_index(versions, struct version, i);
		g_autofree char *url = url_series(link_name, version->series_id);

		if (!is_other(version, of))
			continue;
		html_str(html, is_any ? ", " : label);
		is_any = true;
		html_link(html, url);
		html_put(html, "v");
		html_int(html, version->version);
		html_put(html, "</a>");
	}
}

/* ---- checks and tags */

void parts_check_state(struct page *page, int32_t state)
{
	struct html *html = &page->html;

	switch (state) {
	case CHECK_SUCCESS:
		html_put(html, "<span class=\"good\">ok</span>");
		break;
	case CHECK_WARNING:
		html_put(html, "<span class=\"warn\">warning</span>");
		break;
	case CHECK_FAIL:
		html_put(html, "<span class=\"bad\">fail</span>");
		break;
	default:
		html_put(html, "pending");
	}
}

/* Show the worst state. */
void parts_checks_cell(struct page *page, const int32_t counts[CHECK_COUNT])
{
	static const int32_t order[] = { CHECK_FAIL, CHECK_WARNING, CHECK_PENDING, CHECK_SUCCESS };

	for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
		if (counts[order[i]] == 0)
			continue;
		html_put(&page->html, "<td data-label=\"checks\">");
		if (order[i] != CHECK_SUCCESS) {
			html_int(&page->html, counts[order[i]]);
			html_put(&page->html, "&nbsp;");
		}
		parts_check_state(page, order[i]);
		html_put(&page->html, "</td>");
		return;
	}
	html_put(&page->html, "<td class=\"none\">-</td>");
}

void parts_comments_cell(struct page *page, const char *url, int32_t count)
{
	struct html *html = &page->html;

	if (count == 0) {
		html_put(html, "<td class=\"num none\">-</td>");
		return;
	}
	html_put(html, "<td class=\"num\" data-label=\"comments\">");
	if (url != NULL)
		html_link(html, url);
	html_int(html, count);
	if (url != NULL)
		html_put(html, "</a>");
	html_put(html, "</td>");
}

void parts_tag_heads(struct page *page, const GArray *tags)
{
	struct html *html = &page->html;

	for (guint i = 0; i < tags->len; i++) {
		const struct lists_tag *tag = &g_array_index(tags, struct lists_tag, i);

		html_put(html, "<th scope=\"col\" class=\"num\"><abbr title=\"");
		html_text(html, tag->name);
		html_put(html, "\">");
		html_text(html, tag->abbreviation);
		html_put(html, "</abbr></th>");
	}
}

void parts_tag_cells(struct page *page, const GArray *tags, const int32_t *counts)
{
	struct html *html = &page->html;

	for (guint i = 0; i < tags->len; i++) {
		if (counts[i] == 0) {
			html_put(html, "<td class=\"num none\">-</td>");
			continue;
		}
		html_put(html, "<td class=\"num\" data-label=\"");
		html_text(html, g_array_index(tags, struct lists_tag, i).abbreviation);
		html_put(html, "\">");
		html_int(html, counts[i]);
		html_put(html, "</td>");
	}
}

/* ---- applying */

void parts_apply(struct page *page, const char *mbox, struct view msgid)
{
	g_autofree char *url = g_strconcat(page->request->base, mbox, NULL);
	struct html *html = &page->html;

	html_put(html, "<h2>Apply it</h2>\n<pre class=\"copy\"><code>curl -s ");
	html_shell_word(html, view_str(url));
	html_put(html, " | git am");
	if (msgid.len > 0) {
		html_put(html, "\nb4 am ");
		html_shell_operand(html, msgid);
	}
	html_put(html, "</code></pre>\n");
}

/* ---- tables of patches */

static void write_row(struct page *page, const struct lists_patches *patches,
		      const struct lists_patch *patch, enum parts_table kind)
{
	struct html *html = &page->html;
	g_autofree char *url = url_of_mail(patch->project, URL_PATCH, patch->msgid, "");
	g_autofree char *discussion = g_strconcat(url, "#discussion", NULL);

	html_put(html, "<tr>");
	if (kind == PARTS_OF_LIST) {
		html_put(html, "<td class=\"num\">");
		html_age(html, patch->clock, page->now_secs);
		html_put(html, "</td>");
	}
	html_put(html, "<th scope=\"row\">");
	html_link_text(html, url, patch->name);
	html_put(html, "</th>");
	parts_tag_cells(page, patches->tags, patch->tags);
	parts_comments_cell(page, kind == PARTS_OF_SERIES ? discussion : NULL, patch->comments);
	parts_checks_cell(page, patch->checks);
	html_put(html, "<td>");
	html_text(html, patch->state.len > 0 ? patch->state : VIEW("-"));
	if (patch->is_archived)
		html_put(html, ", archived");
	html_put(html, "</td><td>");
	if (patch->delegate.len > 0)
		html_text(html, patch->delegate);
	else
		html_put(html, "-");
	html_put(html, "</td>");
	if (kind == PARTS_OF_LIST) {
		html_put(html, "<td class=\"by\">");
		page_person(page, patch->submitter.name, patch->submitter.email);
		html_put(html, "</td>");
	}
	html_put(html, "</tr>\n");
}

void parts_patch_table(struct page *page, const struct lists_patches *patches,
		       enum parts_table kind)
{
	struct html *html = &page->html;

	html_put(html, "<table class=\"list\"><thead><tr>");
	if (kind == PARTS_OF_LIST)
		html_put(html, "<th scope=\"col\" class=\"num\">Age</th>");
	html_put(html, "<th scope=\"col\">Patch</th>");
	parts_tag_heads(page, patches->tags);
	html_put(html, "<th scope=\"col\" class=\"num\">Comments</th><th scope=\"col\">Checks</th>"
		       "<th scope=\"col\">State</th><th scope=\"col\">Delegate</th>");
	if (kind == PARTS_OF_LIST)
		html_put(html, "<th scope=\"col\">By</th>");
	html_put(html, "</tr></thead>\n<tbody>\n");
	for (guint i = 0; i < patches->rows->len; i++)
		write_row(page, patches, &g_array_index(patches->rows, struct lists_patch, i),
			  kind);
	html_put(html, "</tbody></table>\n");
}

/* ---- pages of a list */

static void write_step(struct page *page, const char *label, int64_t number, const char *fragment)
{
	g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, number);
	g_autofree char *query = http_query_with(page->request, "page", value);
	g_autofree char *url = g_strconcat(query, fragment, NULL);

	html_put(&page->html, "<li>");
	html_link(&page->html, url);
	html_str(&page->html, label);
	html_put(&page->html, "</a></li>");
}

void parts_pager(struct page *page, int64_t number, bool has_next, const char *fragment)
{
	if (number == 1 && !has_next)
		return;
	html_put(&page->html, "<nav aria-label=\"Pages\"><ul class=\"pager\">");
	if (number > 1)
		write_step(page, "Previous page", number - 1, fragment);
	html_put(&page->html, "<li>Page ");
	html_int(&page->html, number);
	html_put(&page->html, "</li>");
	if (has_next)
		write_step(page, "Next page", number + 1, fragment);
	html_put(&page->html, "</ul></nav>\n");
}
