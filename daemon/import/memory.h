/*
 * memory - positions of repositories and known messages, from the database
 *
 * All threads of an import share it.  It asks over the store's connection.  The first time that is
 * in use, it opens one of its own, and asks over that from then on, unless it breaks.
 *
 * Asking for messages before they are parsed saves time only if enough of them are known.  So it
 * ends after a chunk with too few known messages, and begins again when the writer has found enough
 * duplicates.
 */
#ifndef DAEMON_IMPORT_MEMORY_H
#define DAEMON_IMPORT_MEMORY_H

#include <glib.h>

#include "daemon/import/import.h"
#include "daemon/import/repository.h"
#include "sql/known.h"

struct memory;

/*
 * With `restarts` in the options it finds no positions.  A thread that uses the store's connection
 * must hold `store_lock`.  Both must outlive the memory.
 */
struct memory *memory_new(const struct import_options *options, GMutex *store_lock);
void memory_free(struct memory *memory);

/*
 * Whoever asks waits until one of these is called, in any thread: the store, which must outlive the
 * memory, is open; or it cannot be opened, and answers are -ECANCELED.
 */
void memory_set_store(struct memory *memory, struct store *store);
void memory_cancel(struct memory *memory);

/* Wait for that; false: the store cannot be opened. */
bool memory_wait(struct memory *memory);

/* For source_remember(), in one thread; valid as long as `memory`. */
struct repository_memory memory_of(struct memory *memory);

/* Whether to ask for messages; at first true. */
bool memory_pays(const struct memory *memory);

/*
 * known_ask(), from any thread.  Returns 0, -ENOTCONN if there is no connection, -ECANCELED, or
 * another pg error.
 */
int memory_ask(struct memory *memory, struct known_key *keys, size_t count, bool *ret_any_archived);

/* Decide whether to ask further: `known` of the last `count` messages were known. */
void memory_judge(struct memory *memory, size_t known, size_t count);

/* Begin to ask again if enough of the last `count` stored messages are duplicates. */
void memory_learn(struct memory *memory, size_t duplicates, size_t count);

#endif
