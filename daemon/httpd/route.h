/*
 * route - patterns of paths, and the functions that answer their requests
 *
 * The table is in routes.c.
 */
#ifndef DAEMON_HTTPD_ROUTE_H
#define DAEMON_HTTPD_ROUTE_H

#include "daemon/httpd/http.h"
#include "sql/report/search.h"

struct app_worker;
struct route_match;

/* The kinds of resources of the REST interface. */
enum route_kind {
	ROUTE_INDEX,
	ROUTE_LIST,
	ROUTE_ONE,
};

/* Methods besides GET, HEAD and OPTIONS. */
enum {
	ROUTE_PUT = 1,
	ROUTE_PATCH = 2,
	ROUTE_POST = 4,
	ROUTE_DELETE = 8,
};

struct route {
	/* A # matches a number, a % a segment, and a * any text, with slashes. */
	const char *pattern;
	/*
	 * Answers a request.  Returns 0, also if the response is an error, or a pg error; then
	 * there is no response.
	 */
	int (*answer)(struct app_worker *worker, const struct http_request *request,
		      const struct route_match *match, struct http_response *response);
	/* The following members are for that function. */
	enum route_kind kind;
	const struct resource *resource;
	const char *parent; /* the table of the first number's row, to which the rows belong */
	enum rest_version since;
	unsigned methods;
	bool needs_user;
	const char *title; /* the title and the description, for OPTIONS and pages */
	const char *about;
	const char *tail; /* the end of the path to which it redirects */
	bool is_file;     /* the path does not end in a slash */
};

#define ROUTE_CAPTURES_MAX 2

#define ROUTE_PREFIX_BYTES sizeof("/1.0")

struct route_match {
	const struct route *route;
	bool is_rest; /* below /api/; only then the next two are set */
	enum rest_version version;
	char prefix[ROUTE_PREFIX_BYTES];    /* "/1.2", or "" if the path has no version */
	char *captures[ROUTE_CAPTURES_MAX]; /* matches of # and the others */
	size_t capture_count;
};

/*
 * Find the first route that matches a path without its last slash; the caller calls route_done().
 */
bool route_find(const struct route *routes, size_t count, const char *path,
		struct route_match *match);
void route_done(struct route_match *match);

/* The match of a # as a number; 0, which is no id, if it is too large. */
int32_t route_number(const struct route_match *match, size_t index);

/*
 * The match of a % as a message id; the caller frees it.  A slash of a message id is %2F in the
 * path after decoding (the client sent %252F).
 */
char *route_msgid(const struct route_match *match, size_t index);

/* The Allow header, such as "GET, PUT, PATCH, HEAD, OPTIONS"; the caller frees it. */
char *route_allow(const struct route *route);

/* The kind of a request, for monitoring: "patches", "index", "page", "download"; static. */
const char *route_resource(const struct route_match *match);

#endif
