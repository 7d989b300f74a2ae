/*
 * parsers - the threads that parse the chunks of an import
 *
 * Parsing runs ahead of storing as far as memory allows (room.h).  Headers are parsed before there
 * is a catalog.  The first chunk shows whether the mail is known, and most projects are created for
 * it, so only the headers of the others are parsed before it is ready to be stored.
 */
#ifndef DAEMON_IMPORT_PARSERS_H
#define DAEMON_IMPORT_PARSERS_H

#include "daemon/import/chunk.h"
#include "sql/catalog.h"

struct parsers;

/* NULL if threads cannot be created. */
struct parsers *parsers_new(int threads);
void parsers_free(struct parsers *parsers);

/* Use this catalog for chunks that have not got one yet. */
void parsers_set_catalog(struct parsers *parsers, struct catalog *catalog);

/* Parse a chunk in one of the threads, which waits for a catalog after the headers. */
void parsers_push(struct parsers *parsers, struct chunk *chunk);

/* Wait until a chunk is parsed. */
void parsers_wait(struct chunk *chunk);

/* Parse the chunks after the first one, which is ready to be stored. */
void parsers_go_on(struct parsers *parsers);

/* There is no catalog: of each chunk only headers are parsed, and its error is -ECANCELED. */
void parsers_cancel(struct parsers *parsers);

/* Release the reservation of a chunk, which was stored and reset; in the order of chunks. */
void parsers_forget(struct parsers *parsers, const struct chunk *chunk);

#endif
