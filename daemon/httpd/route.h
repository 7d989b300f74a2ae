/*
 * route - the addresses that are served: patterns of paths, and what answers
 *
 * routes.h has the table.
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
	/* Segments: # is a number, % anything, * anything and slashes. */
	const char *pattern;
	/*
	 * Answers.  Returns 0, also when the answer is an error, or what pg_run() returns; then there
	 * is no answer.
	 */
	int (*answer)(struct app_worker *worker, const struct http_request *request,
		      const struct route_match *match, struct http_response *response);
	/* The other members are for the function that answers. */
	enum route_kind kind;
	const struct resource *resource;
	const char *parent; /* the table of whom the rows belong to, the first number's */
	enum rest_version since;
	unsigned methods;
	bool needs_user;
	const char *title; /* for OPTIONS and people, as the next */
	const char *about;
	const char *tail; /* of an address that is led to */
	bool is_file;     /* its address has no slash at the end */
};

#define ROUTE_WORDS_MAX 2

struct route_match {
	const struct route *route;
	bool is_rest; /* below /api/; the next two are for that alone */
	enum rest_version version;
	const char *prefix;           /* "/1.2", or "" where no version was named */
	char *words[ROUTE_WORDS_MAX]; /* what # and the others stood for */
	size_t word_count;
};

/* Find the first route that a path without its last slash fits; the caller calls route_done(). */
bool route_find(const struct route *routes, size_t count, const char *path,
		struct route_match *match);
void route_done(struct route_match *match);

/* The word that stood for a #; 0 (and no row has it) for one that is too large. */
int32_t route_number(const struct route_match *match, size_t index);

/* "GET, PUT, PATCH, HEAD, OPTIONS" */
char *route_allow(const struct route *route);

#endif
