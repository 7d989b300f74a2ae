/*
 * memory - positions of repositories, from the database
 *
 * It has its own connection, which is opened when a position is needed.
 */
#ifndef DAEMON_IMPORT_MEMORY_H
#define DAEMON_IMPORT_MEMORY_H

#include "daemon/import/import.h"
#include "daemon/import/repository.h"

struct memory;

/* `options` must outlive it; with restarts or is_dry_run it finds no positions or moves none. */
struct memory *memory_new(const struct import_options *options);
void memory_free(struct memory *memory);

/* For source_remember(); valid as long as `memory`. */
struct repository_memory memory_of(struct memory *memory);

#endif
