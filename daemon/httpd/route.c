/* route - which path leads to what; see route.h */
#include "daemon/httpd/route.h"

#include <string.h>

#define DETAIL(what) "get:\nShow " what ".\n\npatch:\nUpdate " what ".\n\nput:\nUpdate " what "."
#define CHANGES      (ROUTE_PUT | ROUTE_PATCH)
#define PATCHES      "patchwork_patch"
#define COVERS       "patchwork_cover"

static const struct route api[] = {
	{ "", ROUTE_INDEX, .title = "Index", .about = "" },
	{ "/projects", ROUTE_LIST, &search_projects, .title = "Project List",
	  .about = "List projects." },
	{ "/projects/%", ROUTE_ONE, &search_projects, .methods = CHANGES, .title = "Project Detail",
	  .about = DETAIL("a project") },
	{ "/users", ROUTE_LIST, &search_users, .needs_user = true, .title = "User List",
	  .about = "List users." },
	{ "/users/#", ROUTE_ONE, &search_users, .methods = CHANGES, .needs_user = true,
	  .title = "User Detail", .about = DETAIL("a user") },
	{ "/people", ROUTE_LIST, &search_people, .needs_user = true, .title = "Person List",
	  .about = "List users." },
	{ "/people/#", ROUTE_ONE, &search_people, .needs_user = true, .title = "Person Detail",
	  .about = "Show a user." },
	{ "/patches", ROUTE_LIST, &search_patches, .title = "Patch List",
	  .about = "List patches." },
	{ "/patches/#", ROUTE_ONE, &search_patches, .methods = CHANGES, .title = "Patch Detail",
	  .about = DETAIL("a patch") },
	{ "/patches/#/checks", ROUTE_LIST, &search_checks, PATCHES, .methods = ROUTE_POST,
	  .title = "Check List Create", .about = "get:\nList checks.\n\npost:\nCreate a check." },
	{ "/patches/#/checks/#", ROUTE_ONE, &search_checks, PATCHES, .title = "Check Detail",
	  .about = "Show a check." },
	{ "/patches/#/comments", ROUTE_LIST, &search_patch_comments, PATCHES, REST_1_1,
	  .title = "Patch Comment List", .about = "List patch comments" },
	{ "/patches/#/comments/#", ROUTE_ONE, &search_patch_comments, PATCHES, REST_1_3,
	  .methods = CHANGES, .title = "Patch Comment Detail", .about = DETAIL("a patch comment") },
	{ "/covers", ROUTE_LIST, &search_covers, .title = "Cover List",
	  .about = "List cover letters." },
	{ "/covers/#", ROUTE_ONE, &search_covers, .title = "Cover Detail",
	  .about = "Show a cover letter." },
	{ "/covers/#/comments", ROUTE_LIST, &search_cover_comments, COVERS, REST_1_1,
	  .title = "Cover Comment List", .about = "List cover comments" },
	{ "/covers/#/comments/#", ROUTE_ONE, &search_cover_comments, COVERS, REST_1_3,
	  .methods = CHANGES, .title = "Cover Comment Detail", .about = DETAIL("a cover comment") },
	{ "/series", ROUTE_LIST, &search_series, .title = "Series List", .about = "List series." },
	{ "/series/#", ROUTE_ONE, &search_series, .title = "Series Detail",
	  .about = "Show a series." },
	{ "/events", ROUTE_LIST, &search_events, .title = "Event List", .about = "List events." },
	{ "/bundles", ROUTE_LIST, &search_bundles, .methods = ROUTE_POST, .title = "Bundle List",
	  .about = "List or create bundles." },
	{ "/bundles/#", ROUTE_ONE, &search_bundles, .methods = CHANGES | ROUTE_DELETE,
	  .title = "Bundle Detail", .about = DETAIL("a bundle") "\n\ndelete:\nDelete a bundle." },
};

static const struct route site[] = {
	{ "/project/%/patch/%/mbox", ROUTE_PATCH_MBOX, .title = "" },
	{ "/project/%/patch/%/raw", ROUTE_PATCH_RAW, .title = "" },
	{ "/project/%/cover/*/mbox", ROUTE_COVER_MBOX, .title = "" },
	{ "/series/#/mbox", ROUTE_SERIES_MBOX, .title = "" },
	{ "/bundle/%/%/mbox", ROUTE_BUNDLE_MBOX, .title = "" },
	{ "/patch/#", ROUTE_TO_PATCH, .tail = "" },
	{ "/patch/#/mbox", ROUTE_TO_PATCH, .tail = "mbox/" },
	{ "/patch/#/raw", ROUTE_TO_PATCH, .tail = "raw/" },
	{ "/cover/#", ROUTE_TO_COVER, .tail = "" },
	{ "/cover/#/mbox", ROUTE_TO_COVER, .tail = "mbox/" },
	{ "/comment/#", ROUTE_TO_COMMENT, .tail = "" },
};

static const char *const versions[] = { "/1.0", "/1.1", "/1.2", "/1.3", "/1.4" };

/* ---- */

void route_done(struct route_match *match)
{
	for (size_t i = 0; i < match->word_count; i++)
		g_free(match->words[i]);
	match->word_count = 0;
}

/* How much of `path` one # or % or * takes; 0: it does not fit.  A * leaves `behind` for the rest. */
static size_t word_length(char kind, const char *path, const char *behind)
{
	size_t length = strcspn(path, "/");

	if (kind == '#')
		return strspn(path, "0123456789") == length ? length : 0;
	if (kind == '%')
		return length;
	if (!g_str_has_suffix(path, behind))
		return 0;
	return strlen(path) - strlen(behind);
}

static bool matches(const char *pattern, const char *path, struct route_match *match)
{
	match->word_count = 0;
	while (*pattern != '\0') {
		if (strchr("#%*", *pattern) == NULL) {
			if (*path++ != *pattern++)
				return false;
			continue;
		}
		size_t length = word_length(*pattern, path, pattern + 1);

		if (length == 0)
			return false;
		match->words[match->word_count++] = g_strndup(path, length);
		path += length;
		pattern++;
	}
	return *path == '\0';
}

static bool find_in(const struct route *routes, size_t count, const char *path,
		    struct route_match *match)
{
	for (size_t i = 0; i < count; i++) {
		if (matches(routes[i].pattern, path, match)) {
			match->route = &routes[i];
			return true;
		}
		route_done(match);
	}
	return false;
}

static bool find_in_api(const char *path, enum rest_version newest, struct route_match *match)
{
	for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
		size_t length = strlen(versions[i]);

		if (strncmp(path, versions[i], length) != 0 ||
		    (path[length] != '/' && path[length] != '\0'))
			continue;
		match->version = (enum rest_version)i;
		match->prefix = versions[i];
		path += length;
		break;
	}
	if (match->version > newest)
		return false;
	if (!find_in(api, G_N_ELEMENTS(api), path, match))
		return false;
	if (match->route->since <= match->version)
		return true;
	route_done(match);
	return false;
}

bool route_find(const char *path, enum rest_version newest, struct route_match *ret_match)
{
	struct route_match match = { .version = newest, .prefix = "" };
	g_autofree char *bare = g_strdup(path);
	bool is;

	if (g_str_has_suffix(bare, "/"))
		bare[strlen(bare) - 1] = '\0';
	if (g_str_has_prefix(bare, "/api") && (bare[4] == '/' || bare[4] == '\0'))
		is = find_in_api(bare + 4, newest, &match);
	else
		is = find_in(site, G_N_ELEMENTS(site), bare, &match);
	*ret_match = match;
	return is;
}

int32_t route_number(const struct route_match *match, size_t index)
{
	int64_t number;

	return view_number(view_str(match->words[index]), INT32_MAX, &number) ? (int32_t)number : 0;
}

char *route_allow(const struct route *route)
{
	return g_strdup_printf("GET, %s%s%s%sHEAD, OPTIONS",
			       route->methods & ROUTE_PUT ? "PUT, " : "",
			       route->methods & ROUTE_PATCH ? "PATCH, " : "",
			       route->methods & ROUTE_POST ? "POST, " : "",
			       route->methods & ROUTE_DELETE ? "DELETE, " : "");
}
