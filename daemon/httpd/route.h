/*
 * route - which path leads to what
 *
 * All paths are in one table (route.c), with the methods that they take and the version of the
 * interface that they came with.
 */
#ifndef DAEMON_HTTPD_ROUTE_H
#define DAEMON_HTTPD_ROUTE_H

#include "sql/report/search.h"

enum route_kind {
	ROUTE_INDEX,
	ROUTE_LIST,
	ROUTE_ONE,
	/* No JSON from here on. */
	ROUTE_PATCH_MBOX, /* by link name and message id, as the next two */
	ROUTE_PATCH_RAW,
	ROUTE_COVER_MBOX,
	ROUTE_SERIES_MBOX,
	ROUTE_BUNDLE_MBOX,
	ROUTE_TO_PATCH, /* by id: to the address by message id */
	ROUTE_TO_COVER,
	ROUTE_TO_COMMENT,
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
	enum route_kind kind;
	const struct resource *resource;
	const char *parent; /* the table of whom the rows belong to, the first number's */
	enum rest_version since;
	unsigned methods;
	bool needs_user;
	const char *title; /* for OPTIONS and people, as the next */
	const char *about;
	const char *tail; /* of an address that is led to */
};

#define ROUTE_WORDS_MAX 2

struct route_match {
	const struct route *route;
	enum rest_version version;
	const char *prefix;           /* "/1.2", or "" where no version was named */
	char *words[ROUTE_WORDS_MAX]; /* what # and the others stood for */
	size_t word_count;
};

/* Find what a decoded path leads to; `newest` is the newest version there is.  False: nothing. */
bool route_find(const char *path, enum rest_version newest, struct route_match *ret_match);
void route_done(struct route_match *match);

/* The word that stood for a #; 0 (and no row has it) for one that is too large. */
int32_t route_number(const struct route_match *match, size_t index);

/* "GET, PUT, PATCH, HEAD, OPTIONS" */
char *route_allow(const struct route *route);

#endif
