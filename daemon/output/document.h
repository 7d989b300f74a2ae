/*
 * document - rows as the documents of Patchwork's REST interface
 *
 * What `patchmda show` prints and the REST interface answers.  Members and their order are those of
 * sql/report/resource.h.
 */
#ifndef DAEMON_DOCUMENT_H
#define DAEMON_DOCUMENT_H

#include "daemon/output/emit.h"
#include "sql/report/documents.h"

/* What URLs are made of. */
struct document_site {
	const char *base;    /* scheme, host and port; no slash behind */
	const char *version; /* "", or "/1.2" for the URLs that have one */
	const char *suffix;  /* "", or "?format=json" for the URLs of the interface */
};

/*
 * Each spelling of a header's name lists the values of all spellings; of a block with more headers
 * each lists its own alone, since a thousand spellings of a name would become a million values.
 */
#define DOCUMENT_SPELLINGS_HEADERS_MAX 4096

/* Write one row as a value. */
void document_write(struct emit *emit, const struct document_site *site,
		    const struct documents *documents, int row);

/* A stored header block as an object: a name's value, or the list of its values where it repeats. */
void document_headers(struct emit *emit, struct view stored);

/* What the brackets of a stored name hold, as a list. */
void document_prefixes(struct emit *emit, struct view name);

/* Append text as RFC 3986, 3.3 has it in a path: `/` is kept. */
void document_append_path(GString *out, struct view text);

/* Append a message id as a segment of a path: no brackets, and %252F for `/` (see document.c). */
void document_append_msgid(GString *out, struct view msgid);

#endif
