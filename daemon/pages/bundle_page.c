/* bundle_page - the page of a public bundle; see bundle_page.h */
#include "daemon/pages/bundle_page.h"

#include "daemon/pages/page.h"
#include "daemon/pages/parts.h"
#include "daemon/pages/url.h"
#include "parser/cleanup.h"
#include "sql/pages/lists.h"
#include "sql/report/show.h"

/* A page has no user. */
#define NO_USER 0

static void write_page(struct page *page, const struct route_match *match, int32_t id,
		       const struct lists_patches *patches)
{
	struct html *html = &page->html;
	g_autofree char *mbox = url_bundle(match->captures[0], match->captures[1], "mbox/");
	g_autofree char *document = g_strdup_printf("/api/bundles/%d/", id);

	html_put(html, "<p>A bundle of ");
	html_bdi(html, view_str(match->captures[0]));
	html_put(html, ". Patches: ");
	html_int(html, patches->rows->len);
	html_put(html, "</p>\n");
	if (patches->rows->len > 0) {
		parts_patch_table(page, patches, PARTS_OF_LIST);
		parts_apply(page, mbox, VIEW(""));
	} else {
		html_put(html, "<p>The bundle is empty.</p>\n");
	}
	page_footer_link(page, document, document);
	page_footer_link(page, "mbox", mbox);
}

int bundle_page(struct app_worker *worker, const struct http_request *request,
		const struct route_match *match, struct http_response *response)
{
	_cleanup_(lists_patches_done) struct lists_patches patches = { 0 };
	g_autoptr(GArray) ids = NULL;
	struct page page;
	int32_t id = 0;
	int r = show_bundle(worker->pg, match->captures[0], match->captures[1], NO_USER, &id, &ids);

	if (r == 0 && id == 0) {
		page_error(request, response, 404);
		return 0;
	}
	if (r == 0)
		r = lists_patches(worker->pg, ids, worker->time_zone, &patches);
	if (r != 0)
		return r;
	page_begin(&page, request, response, 200, view_str(match->captures[1]),
		   patches.rows->len > 0
			   ? g_array_index(patches.rows, struct lists_patch, 0).project
			   : VIEW(""));
	write_page(&page, match, id, &patches);
	page_end(&page);
	return 0;
}
