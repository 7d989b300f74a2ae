/* parts - the parts that several pages share; see parts.h */
#include "daemon/pages/parts.h"

#include <string.h>

#include "daemon/output/percent.h"
#include "daemon/pages/url.h"

/* Limit of the gaps between the numbers of a series that are listed. */
#define MISSING_GAPS_MAX 10

#define BY_QUERY_BYTES_MAX 500

/* ---- series */

struct view parts_series_name(const struct lists_series *series)
{
	return html_is_blank(series->name) ? VIEW("(no name yet)") : series->name;
}

/* Numbers that a series lacks. */
struct missing {
	GString *text;
	int32_t gaps, others; /* numbers that are not in the text */
};

/* Add the numbers from `first` to `last`, if there are any, as "5" or "5-8". */
static void add_missing(struct missing *missing, int32_t first, int32_t last)
{
	if (first > last)
		return;
	if (missing->gaps == MISSING_GAPS_MAX) {
		missing->others += last - first + 1;
		return;
	}
	g_string_append_printf(missing->text, "%s%d", missing->gaps > 0 ? ", " : "", first);
	if (last > first)
		g_string_append_printf(missing->text, "-%d", last);
	missing->gaps++;
}

char *parts_missing(int32_t total, const GArray *patches, guint first, guint count)
{
	struct missing missing = { .text = g_string_new(NULL) };
	int32_t next = 1;

	for (guint i = first; i < first + count; i++) {
		int32_t number = g_array_index(patches, struct lists_patch, i).number;

		if (number < next || number > total)
			continue;
		add_missing(&missing, next, number - 1);
		next = number + 1;
	}
	add_missing(&missing, next, total);
	if (missing.others > 0)
		g_string_append_printf(missing.text, " and %d more", missing.others);
	return g_string_free(missing.text, missing.text->len == 0);
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
	if (missing != NULL)
		html_put(html, "&nbsp;!</strong>");
}

void parts_missing_note(struct page *page, int32_t total, const GArray *patches, guint first,
			guint count)
{
	struct html *html = &page->html;
	g_autofree char *missing = parts_missing(total, patches, first, count);

	if (missing == NULL)
		return;
	html_put(html, " <small class=\"warn\">missing: ");
	html_str(html, missing);
	html_put(html, "</small>");
}

void parts_id(struct page *page, struct view format, struct view id)
{
	g_autoptr(GString) url =
		g_string_new_len(format.ptr != NULL ? format.ptr : "", (gssize)format.len);
	g_autoptr(GString) encoded = g_string_new(NULL);

	percent_encode(encoded, id, "-._~@:+$!*'(),;=");
	(void)g_string_replace(url, "{}", encoded->str, 0);
	if (url->len > 0)
		html_link(&page->html, url->str);
	html_put(&page->html, "<code>");
	html_text(&page->html, id);
	html_put(&page->html, "</code>");
	if (url->len > 0)
		html_put(&page->html, "</a>");
}

void parts_number(struct html *html, int32_t number, int32_t minor)
{
	html_int(html, number);
	if (minor == 0)
		return;
	html_put(html, ".");
	html_int(html, minor);
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

static bool has_number_of(const struct version *a, const struct version *b)
{
	return a->of == b->of && a->series_id != b->series_id && a->number == b->number &&
	       a->minor == b->minor;
}

void parts_version(struct page *page, const GArray *versions, const struct version *version)
{
	struct html *html = &page->html;
	bool has_twin = false, has_date_of_twin = false;

	for (guint i = 0; i < versions->len; i++) {
		const struct version *other = &g_array_index(versions, struct version, i);
		bool is_twin = has_number_of(other, version);

		has_twin |= is_twin;
		has_date_of_twin |= is_twin && other->clock / 60 == version->clock / 60;
	}
	html_put(html, "v");
	parts_number(html, version->number, version->minor);
	if (has_twin) {
		html_put(html, " of ");
		html_time(html, version->clock);
	}
	if (has_date_of_twin) {
		html_put(html, ", series ");
		html_int(html, version->series_id);
	}
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
		parts_version(page, versions, version);
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
		html_put(&page->html, "<td class=\"checks\" data-label=\"checks\">");
		if (order[i] != CHECK_SUCCESS) {
			html_int(&page->html, counts[order[i]]);
			html_put(&page->html, "&nbsp;");
		}
		parts_check_state(page, order[i]);
		html_put(&page->html, "</td>");
		return;
	}
	html_put(&page->html, "<td class=\"checks none\">-</td>");
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

/* Newest first is an ascending order of ages. */
void parts_order_head(struct page *page, const char *label, const char *order)
{
	struct html *html = &page->html;
	bool is_age = g_str_equal(order, "date");
	const char *shown = page->order != NULL ? page->order : "";
	bool is_down = shown[0] == '-', is_shown = g_str_equal(shown + is_down, order);

	if (page->order != NULL && shown[0] == '\0' && is_age)
		is_shown = is_down = true;
	html_put(html, "<th scope=\"col\"");
	if (is_age)
		html_put(html, " class=\"num\"");
	if (is_shown && is_down != is_age)
		html_put(html, " aria-sort=\"descending\"");
	else if (is_shown)
		html_put(html, " aria-sort=\"ascending\"");
	html_put(html, ">");
	html_str(html, label);
	html_put(html, "</th>");
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

void parts_by_cell(struct page *page, const struct lists_person *person)
{
	struct html *html = &page->html;

	/* The query is in every row, so it must be short. */
	bool is_link =
		page->order != NULL && strlen(page->request->raw_query) <= BY_QUERY_BYTES_MAX;

	html_put(html, "<td class=\"by\">");
	if (is_link) {
		g_autofree char *id = g_strdup_printf("%d", person->id);
		g_autofree char *query = http_query_with(page->request, "submitter", id);
		g_autofree char *first = g_strconcat(query, "&page=1", NULL);

		html_link(html, http_param(page->request, "page") != NULL ? first : query);
	}
	page_person(page, person->name, person->email);
	if (is_link)
		html_put(html, "</a>");
	html_put(html, "</td>");
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

/* ---- parameters */

void parts_notes(struct page *page, const GString *notes)
{
	if (notes->len == 0)
		return;
	html_put(&page->html, "<ul class=\"warn\" aria-label=\"Parameters\">\n");
	html_put_bytes(&page->html, notes->str, notes->len);
	html_put(&page->html, "</ul>\n");
}

/* ---- tables of patches */

static void write_row(struct page *page, const struct lists_patches *patches,
		      const struct lists_patch *patch, enum parts_table kind)
{
	struct html *html = &page->html;
	g_autofree char *url = url_of_mail(patch->project, URL_PATCH, patch->msgid, "");
	g_autofree char *discussion = g_strconcat(url, "#discussion", NULL);

	html_put(html, "<tr>");
	if (kind != PARTS_OF_SERIES) {
		html_put(html, "<td class=\"num\">");
		html_age(html, patch->clock, page->now_secs);
		html_put(html, "</td>");
	}
	html_put(html, "<th scope=\"row\">");
	html_link_text(html, url, patch->name);
	html_put(html, "</th>");
	if (kind == PARTS_OF_PROJECTS) {
		html_put(html, "<td>");
		html_bdi(html, patch->project);
		html_put(html, "</td>");
	}
	parts_tag_cells(page, patches->tags, patch->tags);
	parts_comments_cell(page, kind == PARTS_OF_SERIES ? discussion : NULL, patch->comments);
	parts_checks_cell(page, patch->checks);
	html_put(html, "<td>");
	html_text(html, patch->state.len > 0 ? patch->state : VIEW("-"));
	if (patch->is_archived)
		html_put(html, ", archived");
	html_put(html, "</td>");
	if (patch->delegate.len > 0) {
		html_put(html, "<td data-label=\"delegate\">");
		html_text(html, patch->delegate);
	} else {
		html_put(html, "<td class=\"none\">-");
	}
	html_put(html, "</td>");
	if (kind != PARTS_OF_SERIES)
		parts_by_cell(page, &patch->submitter);
	html_put(html, "</tr>\n");
}

void parts_patch_table(struct page *page, const struct lists_patches *patches,
		       enum parts_table kind)
{
	struct html *html = &page->html;

	html_put(html, "<table class=\"list\"><thead><tr>");
	if (kind != PARTS_OF_SERIES)
		parts_order_head(page, "Age", "date");
	parts_order_head(page, "Patch", "name");
	if (kind == PARTS_OF_PROJECTS)
		html_put(html, "<th scope=\"col\">Project</th>");
	parts_tag_heads(page, patches->tags);
	html_put(html, "<th scope=\"col\" class=\"num\">Comments</th>"
		       "<th scope=\"col\" class=\"checks\">Checks</th>");
	parts_order_head(page, "State", "state");
	parts_order_head(page, "Delegate", "delegate");
	if (kind != PARTS_OF_SERIES)
		parts_order_head(page, "By", "submitter");
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
