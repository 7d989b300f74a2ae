/* routes - the table of all paths; see routes.h */
#include "daemon/httpd/routes.h"

#include <string.h>

#include "daemon/httpd/download.h"
#include "daemon/httpd/rest.h"
#include "daemon/httpd/site.h"
#include "daemon/httpd/stream.h"
#include "daemon/pages/bundle_page.h"
#include "daemon/pages/compare_page.h"
#include "daemon/pages/feed.h"
#include "daemon/pages/find_page.h"
#include "daemon/pages/front_page.h"
#include "daemon/pages/list_page.h"
#include "daemon/pages/mail_page.h"
#include "daemon/pages/page.h"
#include "daemon/pages/series_page.h"
#include "daemon/pages/why_page.h"

#define DETAIL(what) "get:\nShow " what ".\n\npatch:\nUpdate " what ".\n\nput:\nUpdate " what "."
#define INDEX        rest_answer, ROUTE_INDEX
#define LIST         rest_answer, ROUTE_LIST
#define ONE          rest_answer, ROUTE_ONE
#define CHANGES      (ROUTE_PUT | ROUTE_PATCH)
#define PATCHES      "patchwork_patch"
#define COVERS       "patchwork_cover"

/* ---- the REST interface: below /api/ or /api/VERSION/ */

static const struct route api[] = {
	{ "", INDEX, .title = "Index", .about = "" },
	{ "/projects", LIST, &search_projects, .title = "Project List", .about = "List projects." },
	{ "/projects/%", ONE, &search_projects, .methods = CHANGES, .title = "Project Detail",
	  .about = DETAIL("a project") },
	{ "/users", LIST, &search_users, .needs_user = true, .title = "User List",
	  .about = "List users." },
	{ "/users/#", ONE, &search_users, .methods = CHANGES, .needs_user = true,
	  .title = "User Detail", .about = DETAIL("a user") },
	{ "/people", LIST, &search_people, .needs_user = true, .title = "Person List",
	  .about = "List users." },
	{ "/people/#", ONE, &search_people, .needs_user = true, .title = "Person Detail",
	  .about = "Show a user." },
	{ "/patches", LIST, &search_patches, .title = "Patch List", .about = "List patches." },
	{ "/patches/#", ONE, &search_patches, .methods = CHANGES, .title = "Patch Detail",
	  .about = DETAIL("a patch") },
	{ "/patches/#/checks", LIST, &search_checks, PATCHES, .methods = ROUTE_POST,
	  .title = "Check List Create", .about = "get:\nList checks.\n\npost:\nCreate a check." },
	{ "/patches/#/checks/#", ONE, &search_checks, PATCHES, .title = "Check Detail",
	  .about = "Show a check." },
	{ "/patches/#/comments", LIST, &search_patch_comments, PATCHES, REST_1_1,
	  .title = "Patch Comment List", .about = "List patch comments" },
	{ "/patches/#/comments/#", ONE, &search_patch_comments, PATCHES, REST_1_3,
	  .methods = CHANGES, .title = "Patch Comment Detail", .about = DETAIL("a patch comment") },
	{ "/covers", LIST, &search_covers, .title = "Cover List", .about = "List cover letters." },
	{ "/covers/#", ONE, &search_covers, .title = "Cover Detail",
	  .about = "Show a cover letter." },
	{ "/covers/#/comments", LIST, &search_cover_comments, COVERS, REST_1_1,
	  .title = "Cover Comment List", .about = "List cover comments" },
	{ "/covers/#/comments/#", ONE, &search_cover_comments, COVERS, REST_1_3, .methods = CHANGES,
	  .title = "Cover Comment Detail", .about = DETAIL("a cover comment") },
	{ "/series", LIST, &search_series, .title = "Series List", .about = "List series." },
	{ "/series/#", ONE, &search_series, .title = "Series Detail", .about = "Show a series." },
	{ "/events/stream", stream_answer, .resource = &search_events, .is_file = true,
	  .title = "Event Stream", .about = "Follow events." },
	{ "/events", LIST, &search_events, .title = "Event List", .about = "List events." },
	{ "/bundles", LIST, &search_bundles, .methods = ROUTE_POST, .title = "Bundle List",
	  .about = "List or create bundles." },
	{ "/bundles/#", ONE, &search_bundles, .methods = CHANGES | ROUTE_DELETE,
	  .title = "Bundle Detail", .about = DETAIL("a bundle") "\n\ndelete:\nDelete a bundle." },
};

/* ---- all other paths */

static const struct route site[] = {
	{ "", .answer = front_page_projects },
	{ "/project/%", .answer = front_page_project },
	{ "/project/%/list", .answer = list_page },
	{ "/project/%/feed", .answer = feed },
	{ "/project/%/patch/%", .answer = mail_page_patch },
	{ "/project/%/series/#", .answer = series_page },
	{ "/project/%/series/#/versions", .answer = compare_page },
	{ "/search", .answer = find_page },
	{ "/why/%", .answer = why_page },
	{ "/style.css", .answer = page_style, .is_file = true },
	{ "/project/%/patch/%/mbox", .answer = download_patch_mbox },
	{ "/project/%/patch/%/raw", .answer = download_patch_raw },
	{ "/project/%/cover/*/mbox", .answer = download_cover_mbox },
	{ "/project/%/cover/*", .answer = mail_page_cover },
	{ "/series/#/mbox", .answer = download_series },
	{ "/bundle/%/%", .answer = bundle_page },
	{ "/bundle/%/%/mbox", .answer = download_bundle },
	{ "/patch/#", .answer = download_to_patch, .tail = "" },
	{ "/patch/#/mbox", .answer = download_to_patch, .tail = "mbox/" },
	{ "/patch/#/raw", .answer = download_to_patch, .tail = "raw/" },
	{ "/cover/#", .answer = download_to_cover, .tail = "" },
	{ "/cover/#/mbox", .answer = download_to_cover, .tail = "mbox/" },
	{ "/comment/#", .answer = download_to_comment, .tail = "" },
	{ "/project/%/pwclientrc", .answer = site_pwclientrc },
	{ "/submitter", .answer = site_submitters },
	{ "/delegate", .answer = site_delegates },
	{ "/user/bundle/#", .answer = site_login },
	{ "/user/bundle/#/mbox", .answer = site_login },
};

/*
 * Take a version off the front of the path.  Patchwork accepts any character as the point; here it
 * must be one that is not escaped in URLs.
 */
static const char *take_version(const char *path, enum rest_version newest,
				struct route_match *match)
{
	size_t length = sizeof(match->prefix) - 1;

	if (strlen(path) < length || path[0] != '/' || path[1] != '1' || path[3] < '0' ||
	    path[3] > '0' + (int)newest || (path[length] != '/' && path[length] != '\0'))
		return path;
	if (!g_ascii_isalnum(path[2]) && strchr(".-_~", path[2]) == NULL)
		return path;
	match->version = (enum rest_version)(path[3] - '0');
	g_strlcpy(match->prefix, path, sizeof(match->prefix));
	return path + length;
}

static bool find_in_api(const char *path, enum rest_version newest, struct route_match *match)
{
	path = take_version(path, newest, match);
	if (!route_find(api, G_N_ELEMENTS(api), path, match))
		return false;
	if (match->route->since <= match->version)
		return true;
	route_done(match);
	return false;
}

bool routes_find(const char *path, enum rest_version newest, struct route_match *ret_match)
{
	struct route_match match = { .version = newest };
	g_autofree char *bare = g_strdup(path);
	bool is_found;

	if (g_str_has_suffix(bare, "/"))
		bare[strlen(bare) - 1] = '\0';
	match.is_rest = g_str_has_prefix(bare, "/api") && (bare[4] == '/' || bare[4] == '\0');
	if (match.is_rest)
		is_found = find_in_api(bare + 4, newest, &match);
	else
		is_found = route_find(site, G_N_ELEMENTS(site), bare, &match);
	*ret_match = match;
	return is_found;
}
