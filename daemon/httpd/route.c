/* route - patterns of paths; see route.h */
#include "daemon/httpd/route.h"

#include <string.h>

void route_done(struct route_match *match)
{
	for (size_t i = 0; i < match->capture_count; i++)
		g_free(match->captures[i]);
	match->capture_count = 0;
}

/* The length of the match of a #, % or * at the front of `path`; 0: none.  `tail` follows a *. */
static size_t match_length(char kind, const char *path, const char *tail)
{
	size_t length = strcspn(path, "/");

	if (kind == '#')
		return strspn(path, "0123456789") == length ? length : 0;
	if (kind == '%')
		return length;
	if (!g_str_has_suffix(path, tail))
		return 0;
	return strlen(path) - strlen(tail);
}

static bool matches(const char *pattern, const char *path, struct route_match *match)
{
	match->capture_count = 0;
	while (*pattern != '\0') {
		if (strchr("#%*", *pattern) == NULL) {
			if (*path++ != *pattern++)
				return false;
			continue;
		}
		size_t length = match_length(*pattern, path, pattern + 1);

		if (length == 0)
			return false;
		match->captures[match->capture_count++] = g_strndup(path, length);
		path += length;
		pattern++;
	}
	return *path == '\0';
}

bool route_find(const struct route *routes, size_t count, const char *path,
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

const char *route_resource(const struct route_match *match)
{
	if (!match->is_rest)
		return strstr(match->route->pattern, "/mbox") != NULL ||
				       strstr(match->route->pattern, "/raw") != NULL
			       ? "download"
			       : "page";
	return match->route->resource != NULL ? match->route->resource->name : "index";
}

int32_t route_number(const struct route_match *match, size_t index)
{
	int64_t number;

	return view_number(view_str(match->captures[index]), INT32_MAX, &number) ? (int32_t)number
										 : 0;
}

char *route_msgid(const struct route_match *match, size_t index)
{
	GString *msgid = g_string_new(match->captures[index]);

	(void)g_string_replace(msgid, "%2F", "/", 0);
	return g_string_free(msgid, FALSE);
}

char *route_allow(const struct route *route)
{
	return g_strdup_printf("GET, %s%s%s%sHEAD, OPTIONS",
			       route->methods & ROUTE_PUT ? "PUT, " : "",
			       route->methods & ROUTE_PATCH ? "PATCH, " : "",
			       route->methods & ROUTE_POST ? "POST, " : "",
			       route->methods & ROUTE_DELETE ? "DELETE, " : "");
}
