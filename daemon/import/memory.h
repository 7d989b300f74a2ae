/*
 * memory - what the database knows: positions of repositories, and messages
 *
 * It has its own connection, which all threads of an import share.  To ask for messages before they
 * are parsed pays off only where enough of them are known.  So asking ends with a chunk that has
 * too few, and begins again when the writer has found enough duplicates.
 */
#ifndef DAEMON_IMPORT_MEMORY_H
#define DAEMON_IMPORT_MEMORY_H

#include "daemon/import/import.h"
#include "daemon/import/repository.h"
#include "sql/known.h"

struct memory;

/*
 * Begin to connect, in another thread.  `options` must outlive it; with restarts or is_dry_run it
 * finds no positions or moves none.
 */
struct memory *memory_new(const struct import_options *options);
void memory_free(struct memory *memory);

/* For source_remember(), in one thread; valid as long as `memory`. */
struct repository_memory memory_of(struct memory *memory);

/* Whether asking for messages pays off; at first it is assumed. */
bool memory_pays(const struct memory *memory);

/*
 * known_ask(), from any thread.  Returns 0, -ENOTCONN if there is no connection, or another pg
 * error.
 */
int memory_ask(struct memory *memory, struct known_key *keys, size_t count, bool *ret_any_archived);

/* Decide whether asking pays off: `known` of the `count` messages were known. */
void memory_judge(struct memory *memory, size_t known, size_t count);

/* Decide that it does, if enough of the `count` messages that were stored are duplicates. */
void memory_learn(struct memory *memory, size_t duplicates, size_t count);

#endif
