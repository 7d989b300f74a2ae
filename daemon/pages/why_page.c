/* why_page - where a message is stored, and by which rule; see why_page.h */
#include "daemon/pages/why_page.h"

#include "daemon/output/explain.h"
#include "daemon/pages/missing_page.h"
#include "daemon/pages/page.h"
#include "daemon/pages/url.h"
#include "parser/cleanup.h"
#include "parser/rule.h"
#include "sql/pages/mail.h"
#include "sql/report/instant.h"
#include "sql/report/why.h"

#define ANY_PROJECT 0

struct answer {
	struct page page;
	struct pg *pg;
	const char *time_zone;
};

/* ---- parts of several sections */

static void write_project(struct page *page, struct view link_name)
{
	g_autofree char *url = url_project(link_name, "list/");

	html_put(&page->html, " in project ");
	html_link_text(&page->html, url, link_name);
}

static void write_code(struct html *html, struct view text)
{
	html_put(html, "<code>");
	html_text(html, text);
	html_put(html, "</code>");
}

static void write_why_link(struct html *html, struct view msgid)
{
	g_autofree char *url = url_why(msgid);

	html_link(html, url);
	write_code(html, msgid);
	html_put(html, "</a>");
}

static void write_submitter(struct page *page, const struct why_stored *item)
{
	struct html *html = &page->html;
	int64_t usecs;

	html_put(html, "<p>It is from ");
	page_person(page, item->submitter_name, item->submitter_email);
	html_put(html, ", ");
	if (instant_read(item->date, &usecs))
		html_time(html, usecs / G_USEC_PER_SEC);
	else
		html_text(html, item->date);
	html_put(html, ".</p>\n");
}

static void write_references(struct page *page, const GArray *refs, guint from)
{
	struct html *html = &page->html;

	if (refs->len <= from)
		return;
	html_put(html, "<p>It refers to:</p>\n<ul>\n");
	for (guint i = from; i < refs->len; i++) {
		const struct why_reference *ref = &g_array_index(refs, struct why_reference, i);

		html_put(html, "<li>");
		write_why_link(html, ref->msgid);
		html_put(html, ": ");
		html_text(html, ref->what);
		html_put(html, "</li>\n");
	}
	html_put(html, "</ul>\n");
}

/* Write patchmda's additional rules that applied. */
static int write_rules(struct page *page, const struct why_stored *item)
{
	unsigned rules;
	int r = why_rules(item, &rules);

	for (unsigned i = 0; r == 0 && rule_name(i) != NULL; i++) {
		if (!rule_applies(i, rules))
			continue;
		html_put(&page->html, "<p>A rule applied to it, <i>");
		html_str(&page->html, rule_name(i));
		html_put(&page->html, "</i>: ");
		html_str(&page->html, rule_text(i));
		html_put(&page->html, ".</p>\n");
	}
	return r;
}

/* ---- stored mail */

static void write_series(struct page *page, const struct why_stored *item)
{
	const struct why_series *series = &item->series;
	struct html *html = &page->html;
	g_autofree char *url = NULL;

	if (series->id == 0) {
		html_put(html, "<p>It is in no series.</p>\n");
		return;
	}
	url = url_series(item->project, series->id);
	html_put(html, "<p>It is in the series ");
	html_link_text(html, url,
		       html_is_blank(series->name) ? VIEW("(no name yet)") : series->name);
	html_put(html, ", version ");
	html_int(html, series->version);
	html_put(html, ", of which ");
	html_int(html, series->received);
	html_put(html, " of ");
	html_int(html, series->total);
	html_put(html, " patches are stored");
	if (item->number != 0) {
		html_put(html, ", as number ");
		html_int(html, item->number);
	}
	html_put(html, ".</p>\n");
}

/* Write the reason, and free it. */
static void write_reason(struct page *page, char *reason)
{
	html_put(&page->html, "<p>Why it is there: ");
	html_str(&page->html, reason);
	html_put(&page->html, ".</p>\n");
	g_free(reason);
}

static void write_member(struct page *page, const struct why_stored *item, const GArray *refs)
{
	struct html *html = &page->html;
	g_autofree char *url =
		url_of_mail(item->project, item->is_patch ? URL_PATCH : URL_COVER, item->msgid, "");

	html_put(html, "<h2>Stored as a ");
	html_str(html, item->is_patch ? "patch" : "cover letter");
	write_project(page, item->project);
	html_put(html, "</h2>\n<p>");
	html_link_text(html, url, item->name);
	html_put(html, "</p>\n");
	write_submitter(page, item);
	write_series(page, item);
	write_reason(page, explain_member(item, refs));
	/* The first is its own id. */
	write_references(page, refs, 1);
}

static void write_comment(struct page *page, const struct why_stored *item, const GArray *refs)
{
	struct html *html = &page->html;
	g_autofree char *url = url_of_mail(
		item->project, item->is_patch_comment ? URL_PATCH : URL_COVER, item->parent, "");

	html_put(html, "<h2>Stored as a comment");
	write_project(page, item->project);
	html_put(html, "</h2>\n<p>It is on the ");
	html_str(html, item->is_patch_comment ? "patch " : "cover letter ");
	html_link_text(html, url, item->name);
	html_put(html, ".</p>\n");
	write_submitter(page, item);
	write_reason(page, explain_comment(item, refs));
	write_references(page, refs, 0);
}

static int write_item(struct answer *answer, const struct why_stored *item)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) refs = NULL;
	int r = why_references_of(answer->pg, item, answer->time_zone, &refs, &result);

	if (r != 0)
		return r;
	if (item->is_patch || item->is_cover)
		write_member(&answer->page, item, refs);
	else
		write_comment(&answer->page, item, refs);
	return write_rules(&answer->page, item);
}

static int write_stored(struct answer *answer, const struct why *why)
{
	int r = 0;

	for (guint i = 0; i < why->stored->len && r == 0; i++)
		r = write_item(answer, &g_array_index(why->stored, struct why_stored, i));
	if (r == 0 && why->stored->len > 0)
		html_put(&answer->page.html,
			 "<p>Further mail with this id is a duplicate and changes"
			 " nothing.</p>\n");
	return r;
}

/* ---- mail that is not stored */

static void write_waiting(struct page *page, const struct why_waiting *item)
{
	struct html *html = &page->html;

	html_put(html, "<h2>Waiting");
	write_project(page, item->project);
	html_put(html, "</h2>\n<p>It arrived at ");
	html_text(html, item->received);
	html_put(html, " and waits until ");
	html_text(html, item->expires);
	html_put(html, ", because no message to which it replies has arrived.</p>\n<ul>\n");
	for (guint i = 0; i < item->refs->len; i++) {
		html_put(html, "<li>");
		write_why_link(html, g_array_index(item->refs, struct view, i));
		html_put(html, "</li>\n");
	}
	html_put(html, "</ul>\n");
}

/* The location of a held mail is a file of the server, which a page does not disclose. */
static void write_held(struct page *page, const struct why_held *item)
{
	struct html *html = &page->html;

	html_put(html, "<h2>Held</h2>\n<p>It has been held since ");
	html_text(html, item->received);
	if (item->expires.len > 0) {
		html_put(html, ", until ");
		html_text(html, item->expires);
	}
	html_put(html, ": ");
	html_text(html, item->reason);
	html_put(html, ". Its number is ");
	html_int(html, item->id);
	html_put(html, ".</p>\n");
}

static void write_dropped(struct page *page, struct view link_name)
{
	html_put(&page->html, "<h2>Dropped");
	write_project(page, link_name);
	html_put(
		&page->html,
		"</h2>\n<p>It is neither a patch nor a cover letter, and not a reply to one, or its"
		" parent did not arrive in time.</p>\n");
}

/* The path of the repository is one of the server, which a page does not disclose. */
static void write_deletion(struct page *page, const struct why_deletion *item)
{
	struct html *html = &page->html;

	html_put(html, "<h2>Deleted from its archive</h2>\n<p>Noted at ");
	html_text(html, item->noted);
	html_put(html, ": commit ");
	write_code(html, item->commit);
	html_put(html, " of its git repository deletes it. What is stored here stays.</p>\n");
}

static bool is_here(const struct why *why)
{
	return why->stored->len + why->waiting->len + why->held->len + why->seen->len +
		       why->deletions->len >
	       0;
}

static void write_not_stored(struct page *page, const struct why *why)
{
	for (guint i = 0; i < why->waiting->len; i++)
		write_waiting(page, &g_array_index(why->waiting, struct why_waiting, i));
	for (guint i = 0; i < why->held->len; i++)
		write_held(page, &g_array_index(why->held, struct why_held, i));
	for (guint i = 0; i < why->seen->len; i++)
		write_dropped(page, g_array_index(why->seen, struct view, i));
	for (guint i = 0; i < why->deletions->len; i++)
		write_deletion(page, &g_array_index(why->deletions, struct why_deletion, i));
	if (!is_here(why))
		html_put(&page->html,
			 "<p>No mail with this id is stored, held or remembered.</p>\n");
}

static void write_referred(struct page *page, const struct why *why)
{
	struct html *html = &page->html;

	if (why->msgrefs->len == 0)
		return;
	html_put(html, "<h2>Referred to by</h2>\n<ul>\n");
	for (guint i = 0; i < why->msgrefs->len; i++) {
		const struct why_msgref *item = &g_array_index(why->msgrefs, struct why_msgref, i);

		html_put(html, "<li>");
		write_why_link(html, item->msgid);
		html_put(html, ": ");
		html_text(html, item->what);
		write_project(page, item->project);
		html_put(html, "</li>\n");
	}
	html_put(html, "</ul>\n");
	if (why->msgrefs->len == WHY_MSGREFS_MAX)
		html_put(html, "<p>There may be others.</p>\n");
}

/* ---- the page */

static void write_footer(struct page *page, const struct why *why, const char *msgid)
{
	for (guint i = 0; i < why->stored->len; i++) {
		const struct why_stored *item = &g_array_index(why->stored, struct why_stored, i);
		g_autofree char *document = g_strdup_printf(
			"/api/%s/%d/", item->is_patch ? "patches" : "covers", item->id);

		if (item->is_patch || item->is_cover)
			page_footer_link(page, document, document);
	}
	page_footer_command(page, "patchmda why", view_str(msgid));
}

static int write_page(struct answer *answer, const struct why *why, const char *msgid,
		      const GArray *alike)
{
	int r = write_stored(answer, why);

	write_not_stored(&answer->page, why);
	if (alike != NULL && !missing_page_alike(&answer->page, alike, view_str(msgid)))
		html_put(&answer->page.html, "<p>No patch has a similar message id."
					     " The mail may not have arrived yet.</p>\n");
	write_referred(&answer->page, why);
	write_footer(&answer->page, why, msgid);
	page_end(&answer->page);
	return r;
}

int why_page(struct app_worker *worker, const struct http_request *request,
	     const struct route_match *match, struct http_response *response)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) alike = NULL;
	g_autofree char *msgid = page_msgid(match, 0);
	struct answer answer = { .pg = worker->pg, .time_zone = worker->time_zone };
	struct why why;
	bool is_known;
	int r = why_ask(worker->pg, msgid, worker->time_zone, &why);

	if (r != 0)
		return r;
	/* Of a mail that others refer to, this much is known. */
	is_known = is_here(&why) || why.msgrefs->len > 0;
	if (!is_here(&why))
		r = mail_like(worker->pg, ANY_PROJECT, msgid, &alike, &result);
	if (r == 0) {
		page_begin(&answer.page, request, response, is_known ? 200 : 404, view_str(msgid),
			   VIEW(""));
		r = write_page(&answer, &why, msgid, alike);
	}
	why_done(&why);
	return r;
}
