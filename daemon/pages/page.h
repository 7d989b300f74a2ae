/*
 * page - the common parts of all pages: head, navigation, search box, footer
 *
 * A page has one style sheet and no script; its Content-Security-Policy allows nothing else.
 */
#ifndef DAEMON_PAGES_PAGE_H
#define DAEMON_PAGES_PAGE_H

#include "daemon/httpd/app_private.h"
#include "daemon/pages/html.h"
#include "sql/pages/front.h"

#define PAGE_TYPE "text/html; charset=utf-8"

struct page {
	struct html html;
	const struct http_request *request;
	struct http_response *response;
	int64_t now_secs;
	const char *order; /* of the list that is written; NULL: it has none to show */
	bool has_footer;
};

/*
 * Begin the response, up to <main> and the heading.  `title` is text, perhaps from mail;
 * `link_name` is that of the project to which the page belongs, or absent.
 */
void page_begin(struct page *page, const struct http_request *request,
		struct http_response *response, unsigned status, struct view title,
		struct view link_name);

/* The same without a heading, for a page that writes its own. */
void page_begin_bare(struct page *page, const struct http_request *request,
		     struct http_response *response, unsigned status, struct view title,
		     struct view link_name);

/*
 * Add to the footer how a program gets the same data: by a URL, or by a command with an operand, or
 * with the value of the option at its end.  Both are quoted for a shell.
 */
void page_footer_link(struct page *page, const char *label, const char *url);
void page_footer_command(struct page *page, const char *command, struct view operand);
void page_footer_option(struct page *page, const char *command, struct view value);
void page_footer_words(struct page *page, const GPtrArray *words);

/* Add what that leaves out, such as "state, page=2"; nothing if it is empty. */
void page_footer_without(struct page *page, const char *what);

void page_end(struct page *page);

/* Answer with an error. */
void page_error(const struct http_request *request, struct http_response *response,
		unsigned status);

/* Write a result of front_count(): "302", "more than 10,000", or "at least 302" if it is negative. */
void page_count(struct page *page, int32_t count);

/* How many patches or series a project has (front_count()), remembered for some seconds. */
int page_front_count(struct app_worker *worker, int32_t project_id, enum front_count which,
		     int32_t *ret_count);

/* Write the name of a person, or the address if there is no name. */
void page_person(struct page *page, struct view name, struct view email);

/* A message id as it is stored, with brackets; the caller frees it. */
char *page_stored_msgid(const char *msgid);

/* The match of a % as a message id, as it is stored; the caller frees it. */
char *page_msgid(const struct route_match *match, size_t index);

/* A stored message id without its brackets. */
struct view page_bare_msgid(struct view msgid);

/* The style sheet; a function of a route. */
int page_style(struct app_worker *worker, const struct http_request *request,
	       const struct route_match *match, struct http_response *response);

#endif
