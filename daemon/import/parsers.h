/*
 * parsers - the threads that parse the chunks of an import
 *
 * Parsing runs ahead of storing as far as memory allows (room.h).  The first chunk shows whether the
 * mail is known, and most projects are created for it, so the others are not parsed before it is
 * ready to be stored.
 */
#ifndef DAEMON_IMPORT_PARSERS_H
#define DAEMON_IMPORT_PARSERS_H

#include "daemon/import/chunk.h"
#include "sql/catalog.h"

struct parsers;

/* NULL if threads cannot be created. */
struct parsers *parsers_new(int threads);
void parsers_free(struct parsers *parsers);

/* Parse with this catalog from now on. */
void parsers_set_catalog(struct parsers *parsers, struct catalog *catalog);

/* Parse a chunk in one of the threads; another waits for that. */
void parsers_push(struct parsers *parsers, struct chunk *chunk);
void parsers_wait(struct chunk *chunk);

/* The first chunk is ready to be stored. */
void parsers_go_on(struct parsers *parsers);

/* The next chunk is stored and reset, so that its memory is free. */
void parsers_forget(struct parsers *parsers, const struct chunk *chunk);

#endif
