/*
 * document - writes rows as JSON documents of Patchwork's REST interface
 *
 * `patchmda show` and `patchmda httpd` print them.  sql/report/resource.h has the members and their
 * order.
 */
#ifndef DAEMON_OUTPUT_DOCUMENT_H
#define DAEMON_OUTPUT_DOCUMENT_H

#include "daemon/output/emit.h"
#include "sql/report/documents.h"

/* The parts of URLs. */
struct document_site {
	const char *base;    /* scheme, host and port, without a slash at the end */
	const char *version; /* "", or "/1.2" for URLs with a version */
	const char *suffix;  /* "", or "?format=json" for URLs of the interface */
};

/*
 * Each spelling of a header's name lists the values of all spellings.  In a block with more headers
 * than this each spelling lists only its own values: otherwise a thousand spellings of a name would
 * become a million values.
 */
#define DOCUMENT_SPELLINGS_HEADERS_MAX 4096

/* Write one row as a value. */
void document_write(struct emit *emit, const struct document_site *site,
		    const struct documents *documents, int row);

/* Write a stored header block as an object; the value of a repeated name is a list. */
void document_headers(struct emit *emit, struct view stored);

/* Write the prefixes in the brackets of a stored name as a list. */
void document_prefixes(struct emit *emit, struct view name);

/* Append text percent-encoded for a path (RFC 3986, 3.3), except `/`. */
void document_append_path(GString *out, struct view text);

/*
 * Append a message id as a segment of a path: without brackets, and with %252F for `/`,
 * because Patchwork finds a page by the path after decoding it once.
 */
void document_append_msgid(GString *out, struct view msgid);

#endif
