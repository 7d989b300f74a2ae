/* route - the addresses that are served; see route.h */
#include "daemon/httpd/route.h"

#include <string.h>

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
